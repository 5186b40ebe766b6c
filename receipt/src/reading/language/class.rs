//! What a keyword makes of the figures beside it, or of its row.

use serde::Deserialize;

/// Declares the classes and, from the same list, all of them.
macro_rules! classes {
    ($($(#[$doc:meta])* $class:ident,)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum Class { $($(#[$doc])* $class),+ }

        impl Class {
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$(Self::$class),+];
            /// Labels of the total, not of what is left to pay.
            pub(crate) const TOTALS: [Self; 3] = [Self::Total, Self::StrongTotal, Self::RoundedTotal];
        }
    };
}

classes! {
    Total,
    /// A label that only the final total bears.
    StrongTotal,
    /// The total after rounding to the smallest coin.
    RoundedTotal,
    Payable,
    Subtotal,
    ExclTax,
    InclTax,
    Tax,
    /// The heading of a table of taxes.
    TaxSummary,
    /// A column of such a table.
    TaxTable,
    Supplies,
    Rounding,
    Cash,
    Card,
    Change,
    /// What is left to pay, or was handed back.
    Balance,
    Discount,
    Points,
    Tip,
    Service,
    Count,
    /// The heading of a column of items.
    Column,
    /// What stands in a heading only beside others.
    ColumnSide,
    Date,
    /// A date that is not the day of the sale.
    OtherDate,
    Time,
    ReceiptNumber,
    Phone,
    TaxNumber,
    LegalForm,
    /// What a shop calls itself.
    Business,
    /// What a shop's name never holds.
    NotCompany,
    AddressWord,
    /// A town, a state or a country.
    Place,
    /// The customer's name or address follows, which is not the shop's.
    Customer,
    Thanks,
    /// Money was given back.
    Refund,
    /// A sale that was taken back, or a payment that did not happen.
    Void,
    /// A sale that was only practised, or a paper that says it is no receipt.
    Training,
    /// An offer, an order, or what is still to be paid.
    Estimate,
    /// A paper of banks and of work.
    Statement,
    /// A voucher, a gift receipt, the report of a till: a paper that is none of these.
    OtherPaper,
    /// Where to send money that is still to be paid.
    Transfer,
    /// Money for bottles and crates, which is given back with them.
    Deposit,
    /// What leaves the words beside it their meaning: "THIS TRANSACTION WAS CANCELLED".
    Filler,
}

/// A set of classes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Classes(u64);

impl Classes {
    pub(crate) fn has(self, class: Class) -> bool {
        self.0 & Self::from(class).0 != 0
    }

    pub(crate) fn any(self, classes: &[Class]) -> bool {
        classes.iter().any(|&class| self.has(class))
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn without(self, class: Class) -> Self {
        Self(self.0 & !Self::from(class).0)
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl From<Class> for Classes {
    fn from(class: Class) -> Self {
        Self(1 << class as u32)
    }
}

impl FromIterator<Class> for Classes {
    fn from_iter<I: IntoIterator<Item = Class>>(classes: I) -> Self {
        classes.into_iter().fold(Self::default(), |all, class| all.with(class.into()))
    }
}
