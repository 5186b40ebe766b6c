//! Enumerations that know all of their variants, so that no second list can forget one.

/// Declares an enumeration of plain variants, and `ALL`, an array of them in the order of their declaration.
macro_rules! listed_enum {
    ($(#[$of_enum:meta])* pub enum $name:ident { $($(#[$of_variant:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$of_enum])*
        pub enum $name { $($(#[$of_variant])* $variant),+ }

        impl $name {
            /// Every one, in the order of declaration.
            pub const ALL: [Self; [$(stringify!($variant)),+].len()] = [$(Self::$variant),+];
        }
    };
}

pub(crate) use listed_enum;
