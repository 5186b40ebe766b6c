//! Photos of one receipt with parts covered are paid for once, and two purchases twice: drawn receipts through the
//! reading, in many orders.

use jiff::civil::date;
use receipt::{
    Fingerprints, Orientation, OwnerId, Rules,
    fingerprint::{Likeness, Printed},
    judge, read,
    verdict::{Facts, Outcome},
};

use crate::photograph::{Pose, photograph};

struct Drawn {
    name: &'static str,
    registered: &'static str,
    address: [&'static str; 2],
    number: &'static str,
    time: &'static str,
    total: &'static str,
}

#[rustfmt::skip]
const SHOPS: [Drawn; 10] = [
    Drawn { name: "CORNER BOOKS SDN BHD", registered: "GST ID: 000734512384", address: ["12, JALAN MAWAR 3/2", "50480 KUALA LUMPUR"], number: "RECEIPT NO: CB-004217", time: "16:42", total: "27.40" },
    Drawn { name: "LUCKY HARDWARE TRADING", registered: "GST ID: 000812771234", address: ["7, JALAN KENANGA 5", "47100 PUCHONG"], number: "INVOICE NO: 118230", time: "09:15", total: "27.40" },
    Drawn { name: "Backhaus Sonnig GmbH", registered: "USt-IdNr. DE812345670", address: ["Lindenstr. 14", "10969 Berlin"], number: "Beleg-Nr. 40117", time: "08:02", total: "7.35" },
    Drawn { name: "THE GREEN KETTLE LTD", registered: "VAT NO: GB 123 4567 82", address: ["3 Mill Lane", "Leeds LS1 4DY"], number: "RECEIPT NO: 77120", time: "13:20", total: "7.35" },
    Drawn { name: "MR FIX-IT STORE", registered: "GST REG NO: 001234567890", address: ["22, JALAN PERMAI", "43000 KAJANG"], number: "CASH BILL NO: CS00128455", time: "11:56", total: "15.90" },
    Drawn { name: "FARMASI SERI BINTANG", registered: "GST ID: 001099887766", address: ["5, LORONG SETIA 2", "81100 JOHOR BAHRU"], number: "BILL NO: 0090312", time: "20:31", total: "33.00" },
    Drawn { name: "KEDAI KOPI HONG LEE", registered: "GST ID: 000555666777", address: ["88, JALAN PASAR", "30000 IPOH"], number: "RECEIPT NO: R00412", time: "07:48", total: "12.10" },
    Drawn { name: "OLD TOWN NOODLES SDN BHD", registered: "GST ID: 000191817161", address: ["1, JALAN BESAR", "10200 PENANG"], number: "INV NO: 5500131", time: "12:33", total: "18.60" },
    Drawn { name: "PAPERLAND SDN BHD", registered: "GST ID: 000636465666", address: ["40, JALAN SS 2/61", "47300 PETALING JAYA"], number: "DOC NO: PL1803-0021", time: "17:05", total: "12.10" },
    Drawn { name: "Stadtgarten Cafe GmbH", registered: "USt-IdNr. DE298765431", address: ["Ringstr. 3", "50667 Koeln"], number: "Rechnung Nr. 2026-3391", time: "15:27", total: "9.80" },
];

impl Drawn {
    fn lines(&self) -> Vec<String> {
        let total: f64 = self.total.parse().expect("a drawn total is a number");
        let [street, town] = self.address;
        [
            self.name.to_owned(),
            street.to_owned(),
            town.to_owned(),
            self.registered.to_owned(),
            self.number.to_owned(),
            "DATE: 14/03/2026".to_owned(),
            format!("TIME: {}", self.time),
            "PENCIL 2B                   4.50".to_owned(),
            format!("SUNDRIES                   {:.2}", total - 4.5),
            format!("TOTAL                      {}", self.total),
            format!("CASH                       {total:.2}"),
            "THANK YOU, COME AGAIN".to_owned(),
        ]
        .into()
    }

    fn without(&self, covered: &[&str]) -> String {
        let lines = self.lines();
        let seen = lines.iter().filter(|line| !covered.iter().any(|part| line.contains(part)));
        seen.cloned().collect::<Vec<_>>().join("\n")
    }

    /// Everything, then with parts covered.
    fn views(&self) -> Vec<(&'static str, String)> {
        let label = self.number.rsplit_once(' ').map_or("", |(label, _)| label);
        let (half, rest) = self.name.split_at(self.name.len() / 2);
        let (first, words) = self.name.split_once(' ').expect("a drawn name has two words");
        let all = self.without(&[]);
        vec![
            ("all", all.clone()),
            ("number covered", self.without(&[self.number])),
            ("number covered beside its label", all.replace(self.number, label)),
            ("time covered", self.without(&["TIME"])),
            ("number and time covered", self.without(&[self.number, "TIME"])),
            ("name's end covered", all.replace(self.name, half)),
            ("name's end and time covered", self.without(&["TIME"]).replace(self.name, half)),
            ("name's start covered", all.replace(self.name, rest)),
            ("name's start and number covered", self.without(&[self.number]).replace(self.name, rest)),
            ("name's first word only, number covered", self.without(&[self.number]).replace(self.name, first)),
            ("name without its first word", self.without(&["TIME"]).replace(self.name, words)),
            ("name covered, number covered", self.without(&[self.name, self.number])),
            ("name covered, time covered", self.without(&[self.name, "TIME"])),
            ("head cut off", self.without(&[self.name, self.address[0], self.address[1]])),
        ]
    }

    /// The same with a figure of the total covered, and what would contradict it.
    fn views_with_less_of_the_total(&self) -> Vec<(&'static str, String)> {
        let (first, rest) = self.total.split_at(1);
        if rest.starts_with('.') {
            return Vec::new();
        }
        let line = format!("TOTAL                      {}", self.total);
        let cut = |covered: &[&str]| {
            let shown = self.without(&[&["PENCIL", "SUNDRIES", "CASH  "], covered].concat());
            shown.replace(&line, &line.replacen(first, "", 1))
        };
        vec![
            ("total", cut(&[])),
            ("total, number covered", cut(&[self.number])),
            ("total, time covered", cut(&["TIME"])),
            ("total, number and time covered", cut(&[self.number, "TIME"])),
        ]
    }

    /// With a figure of the day covered, or of the day and the total.
    fn views_with_less_of_the_day(&self) -> Vec<(&'static str, String)> {
        let totals = self.views_with_less_of_the_total().into_iter();
        let views = self.views().into_iter().take(4).chain(totals.take(3));
        views.map(|(what, text)| (what, text.replace("14/03/2026", "4/03/2026"))).collect()
    }
}

/// What the photo leaves if it is accepted; `None` where it is rejected for itself.
pub(crate) fn view(text: &str, owner: &OwnerId) -> Option<Fingerprints> {
    let answer = photograph(text, Pose::default());
    let receipt = read(&answer, Orientation::Upright);
    let facts = Facts { today: Some(date(2026, 3, 15)), ..Facts::default() };
    let accepted = judge(&receipt, &facts, &Rules::default()).outcome == Outcome::Accepted;
    let key = "k".repeat(32).parse().expect("32 bytes are enough");
    accepted.then(|| Fingerprints::of(&receipt, &Printed::of(&answer), owner, None, &key))
}

/// Pays for what is like nothing that was paid for.
pub(crate) fn pay(paid: &mut Vec<Fingerprints>, view: Fingerprints) -> bool {
    let is_new = paid.iter().all(|it| view.likeness(it) == Likeness::Other);
    if is_new {
        paid.push(view);
    }
    is_new
}

/// Orders by a generator of its own, the same in each run.
fn shuffled<T>(mut of: Vec<T>, seed: u64) -> Vec<T> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for at in (1..of.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        of.swap(at, usize::try_from(state % (at as u64 + 1)).expect("it is below `at`"));
    }
    of
}

#[test]
fn partial_views_of_one_receipt_by_many_people_are_paid_once_and_once_more_where_the_weak_one_came_first() {
    let views = |shop: &Drawn| {
        let views = shop.views().into_iter().chain(shop.views_with_less_of_the_total());
        views.filter_map(|(what, text)| Some((what, view(&text, &OwnerId::random())?))).collect::<Vec<_>>()
    };
    let shops: Vec<_> = SHOPS.iter().map(views).collect();
    for seed in 1..200 {
        for (shop, views) in SHOPS.iter().zip(&shops) {
            let mut paid = Vec::new();
            let order = shuffled(views.clone(), seed);
            let taken: Vec<_> =
                order.iter().filter(|(_, view)| pay(&mut paid, view.clone())).map(|(what, _)| *what).collect();
            let began_weak = order[0].1.is_weak();
            assert!(taken.len() <= 1 + usize::from(began_weak), "{}: {taken:?}", shop.name);
        }
    }
}

#[test]
fn a_view_with_less_of_the_day_is_not_paid_beside_the_whole_one() {
    let seen = |text: &str| view(text, &OwnerId::random()).unwrap();
    for shop in &SHOPS {
        for (what, text) in shop.views_with_less_of_the_day() {
            let (whole, less) = (seen(&shop.without(&[])), seen(&text));
            for (first, second) in [(&whole, &less), (&less, &whole)] {
                assert_ne!(second.likeness(first), Likeness::Other, "{}: {what}", shop.name);
            }
        }
    }
}

#[test]
fn a_view_with_most_of_the_name_is_accepted() {
    for shop in &SHOPS {
        for (what, text) in shop.views_with_less_of_the_total().into_iter().chain(shop.views_with_less_of_the_day()) {
            assert!(view(&text, &OwnerId::random()).is_some(), "{}: {what}", shop.name);
        }
        for (what, text) in shop.views() {
            let most_is_covered =
                what.contains("name covered") || what.contains("first word only") || what == "head cut off";
            assert!(most_is_covered || view(&text, &OwnerId::random()).is_some(), "{}: {what}", shop.name);
        }
    }
}

#[test]
fn two_purchases_of_one_day_and_sum_are_paid_twice() {
    for shop in &SHOPS {
        let all = shop.without(&[]);
        let next = format!("{}9", &shop.number[..shop.number.len() - 1]);
        for (what, other) in [
            ("number", all.replace(shop.number, &next)),
            ("time", all.replace(shop.number, &next).replace(shop.time, "18:59")),
        ] {
            let (one, two) = (OwnerId::random(), OwnerId::random());
            for (first, second) in [(&all, &other), (&other, &all)] {
                let mut paid = Vec::new();
                assert!(pay(&mut paid, view(first, &one).unwrap()), "{}", shop.name);
                assert!(pay(&mut paid, view(second, &two).unwrap()), "{}: other {what}", shop.name);
            }
        }
        // By the time alone.
        let timed = |time: &str| shop.without(&[shop.number]).replace(shop.time, time);
        let mut paid = Vec::new();
        assert!(pay(&mut paid, view(&timed(shop.time), &OwnerId::random()).unwrap()), "{}", shop.name);
        assert!(pay(&mut paid, view(&timed("18:59"), &OwnerId::random()).unwrap()), "{}", shop.name);
    }
}

#[test]
fn shops_with_one_day_and_sum_do_not_stand_in_each_others_way() {
    let mut paid = Vec::new();
    for shop in &SHOPS {
        let weak = shop.without(&[shop.number, "TIME"]).replace(shop.total, "27.40");
        assert!(pay(&mut paid, view(&weak, &OwnerId::random()).unwrap()), "{}", shop.name);
    }
}

#[test]
fn a_weak_view_stands_in_no_strangers_way_and_in_its_owners() {
    let (owner, stranger, third) = (OwnerId::random(), OwnerId::random(), OwnerId::random());
    let shop = &SHOPS[0];
    let weak = shop.without(&[shop.number, "TIME"]);
    let seen = |text: &str, owner: &OwnerId| view(text, owner).unwrap();
    let weakly = seen(&weak, &owner);
    assert!(weakly.is_weak());
    for (_, text) in shop.views() {
        let Some(strong) = view(&text, &stranger).filter(|view| !view.is_weak()) else { continue };
        assert_eq!(strong.likeness(&weakly), Likeness::Other, "{text}");
        assert_eq!(seen(&weak, &third).likeness(&strong), Likeness::Alike, "{text}");
        assert_eq!(view(&text, &owner).unwrap().likeness(&weakly), Likeness::Alike, "{text}");
    }
    assert_eq!(seen(&weak, &third).likeness(&weakly), Likeness::Alike);
}

/// All that a paper with two numbers, two times, two dates and two amounts may show, with this in the place of parts of it.
pub(crate) fn paper(changed: &[(&str, &str)]) -> String {
    let text = "CORNER BOOKS SDN BHD\n12, JALAN MAWAR 3/2\n50480 KUALA LUMPUR\nGST ID: 000734512384\nTEL: 03-2148 7790\n\
        RECEIPT NO: CB00447190\nDATE: 14/03/2026\nTIME: 02:32 PM\nPENCIL 2B                   4.50\n\
        SUNDRIES                   22.90\nTOTAL                      27.40\nCASH                       50.00\n\
        CHANGE                     22.60\nTHANK YOU, COME AGAIN";
    changed.iter().fold(text.to_owned(), |text, (part, shown)| {
        assert!(text.contains(part), "{part}");
        text.replace(part, shown)
    })
}

/// Whether the second of two people is paid, too.
pub(crate) fn are_paid_twice(first: &str, second: &str) -> bool {
    let mut paid = Vec::new();
    let accepted = [first, second].map(|text| view(text, &OwnerId::random()).expect("it is accepted"));
    accepted.into_iter().all(|prints| pay(&mut paid, prints))
}

#[test]
fn a_receipt_is_paid_once_however_a_part_of_its_number_time_or_head_is_covered() {
    const NUMBER: &str = "CB00447190";
    let whole = paper(&[]);
    for changed in [
        // A part of the number.
        &[(NUMBER, "CB0044")][..],
        &[(NUMBER, "447190")],
        // A figure misread.
        &[(NUMBER, "CB00441190")],
        &[(NUMBER, "C800447190")],
        &[(NUMBER, "CB0447190")],
        // Not its afternoon.
        &[("02:32 PM", "02:32")],
        &[("02:32 PM", "02:32"), (&format!("RECEIPT NO: {NUMBER}\n"), "")],
        // The head, and the time with it.
        &[("CORNER BOOKS SDN BHD\n12, JALAN MAWAR 3/2\n50480 KUALA LUMPUR\n", "PAPER AND PENS\n")],
        &[
            (
                "CORNER BOOKS SDN BHD\n12, JALAN MAWAR 3/2\n50480 KUALA LUMPUR\nGST ID: 000734512384\n",
                "PAPER AND PENS\n",
            ),
            ("TIME: 02:32 PM\n", ""),
        ],
    ] {
        let covered = paper(changed);
        assert!(!are_paid_twice(&whole, &covered), "{changed:?}");
        assert!(!are_paid_twice(&covered, &whole), "{changed:?}, the other way round");
    }
    // A part of the number and no time is as weak as no number.
    let part = paper(&[(NUMBER, "CB0044"), ("TIME: 02:32 PM\n", "")]);
    assert!(!are_paid_twice(&whole, &part) && are_paid_twice(&part, &whole));
}

#[test]
fn a_receipt_with_two_numbers_two_times_or_two_dates_is_paid_once_with_one_of_them_covered() {
    let two = "RECEIPT NO: CB00447190\nBILL NO: 77120345";
    let whole = paper(&[("RECEIPT NO: CB00447190", two)]);
    let one = paper(&[]);
    let other = paper(&[("RECEIPT NO: CB00447190", "BILL NO: 77120345")]);
    for (first, second) in [(&whole, &one), (&whole, &other), (&one, &other)] {
        assert!(!are_paid_twice(first, second) && !are_paid_twice(second, first), "{first}\n{second}");
    }
    let unnumbered = ("RECEIPT NO: CB00447190\n", "");
    let times = paper(&[unnumbered, ("TIME: 02:32 PM", "TIME: 14:32\nTABLE OPENED: 13:05")]);
    let opened = paper(&[unnumbered, ("TIME: 02:32 PM", "TABLE OPENED: 13:05")]);
    assert!(!are_paid_twice(&times, &opened) && !are_paid_twice(&opened, &times));
    // Another day of the paper is taken for the day.
    let days = paper(&[("DATE: 14/03/2026", "DATE: 14/03/2026\nORDERED: 12/03/2026")]);
    let ordered = paper(&[("DATE: 14/03/2026", "ORDERED: 12/03/2026"), ("TIME: 02:32 PM\n", "")]);
    assert!(!are_paid_twice(&days, &ordered) && !are_paid_twice(&ordered, &days));
}

#[test]
fn the_next_receipts_of_a_till_are_paid_each() {
    let (ninth, tenth) = (paper(&[("CB00447190", "CB0099")]), paper(&[("CB00447190", "CB00100")]));
    assert!(are_paid_twice(&ninth, &tenth) && are_paid_twice(&tenth, &ninth));
    let first = paper(&[]);
    for changed in [
        &[("CB00447190", "CB00447191")][..],
        &[("CB00447190", "CB00447203"), ("02:32", "02:35")],
        &[("CB00447190", "CB00447200")],
        &[("CB00447190", "CB00447191"), ("02:32 PM", "02:32")],
        &[("CB00447190", "CB00447188"), ("TIME: 02:32 PM\n", "")],
        &[("02:32", "02:33"), ("RECEIPT NO: CB00447190\n", "")],
        // Where numbers begin anew each day.
        &[("14/03/2026", "13/03/2026"), ("02:32", "05:11")],
        &[("27.40", "24.50"), ("22.90", "20.00"), ("02:32", "05:11")],
    ] {
        let next = paper(changed);
        assert!(are_paid_twice(&first, &next), "{changed:?}");
        assert!(are_paid_twice(&next, &first), "{changed:?}, the other way round");
    }
}

#[test]
fn no_stranger_voids_receipts_of_which_he_has_not_seen_the_number_or_the_time() {
    let list = |line: &str, count: usize| {
        (0..count).map(|n| line.replace('#', &format!("{:02}", n % 60))).collect::<Vec<_>>().join("\n")
    };
    let goods = "PENCIL 2B                   4.50";
    let with = |lines: &str| format!("{goods}\n{lines}");
    let forged = [
        // What the shop's numbers begin with.
        paper(&[("CB00447190", "CB004"), ("TIME: 02:32 PM\n", "")]),
        // All times of an hour, and all numbers of a hundred, in the lines of goods.
        paper(&[
            ("CB00447190", "A-9917"),
            ("02:32 PM", "10:00"),
            (goods, &with(&list("PEN 02:# 14:#        0.10", 60))),
        ]),
        paper(&[
            ("CB00447190", "A-9917"),
            ("02:32 PM", "10:00"),
            (goods, &with(&list("PEN CB004471#        0.10", 99))),
        ]),
    ];
    let honest = [paper(&[]), paper(&[("CB00447190", "CB00447112"), ("02:32", "02:41")])];
    for forged in forged {
        let prints = view(&forged, &OwnerId::random()).expect("it is accepted");
        for honest in &honest {
            let honest_prints = view(honest, &OwnerId::random()).expect("it is accepted");
            assert_eq!(honest_prints.likeness(&prints), Likeness::Other, "{forged}\n\n{honest}");
        }
    }
    // Figures that follow from the total are no sign of a shop.
    let sums = "SUBTOTAL                   10.00\nGST 6%                      0.60\nTOTAL                      10.60\n\
        CASH                       50.00\nCHANGE                     39.40";
    let one =
        format!("KEDAI RUNCIT SETIA\nDATE: 14/03/2026\nRECEIPT NO: 44821\nRICE                       10.00\n{sums}");
    let two = format!("BENGKEL MOTOR WAHAB\nDATE: 14/03/2026\nTIME: 10:05\nOIL                        10.00\n{sums}");
    assert!(are_paid_twice(&one, &two) && are_paid_twice(&two, &one));
}

#[test]
fn what_is_printed_elsewhere_makes_no_second_purchase_the_first() {
    let unnumbered = ("RECEIPT NO: CB00447190\n", "");
    for (first, second) in [
        // A time as an amount, and as the year.
        (paper(&[unnumbered, ("02:32 PM", "12:10"), ("27.40", "12.10"), ("22.90", "7.60")]), "15:30"),
        (paper(&[unnumbered, ("02:32 PM", "20:26"), ("14/03/2026", "14 MAR 2026")]), "18:10"),
    ] {
        let time = if first.contains("12:10") { "12:10" } else { "20:26" };
        let other = first.replace(time, second);
        assert!(are_paid_twice(&first, &other) && are_paid_twice(&other, &first), "{first}");
    }
    // A number that an amount has as well, and numbers that grow longer.
    for (number, next) in [("0450", "0451"), ("900", "1900"), ("2026-101", "2026-1011")] {
        let first = paper(&[("CB00447190", number), ("TIME: 02:32 PM\n", "")]);
        let other = first.replace(number, next);
        assert!(are_paid_twice(&first, &other) && are_paid_twice(&other, &first), "{number}");
    }
}

#[test]
fn a_figure_of_the_hour_that_is_covered_makes_no_second_receipt() {
    let whole = paper(&[("02:32 PM", "14:32")]);
    for hour in ["4:32", "1:32"] {
        let covered = paper(&[("RECEIPT NO: CB00447190\n", ""), ("02:32 PM", hour)]);
        assert!(!are_paid_twice(&whole, &covered) && !are_paid_twice(&covered, &whole), "{hour}");
    }
}
