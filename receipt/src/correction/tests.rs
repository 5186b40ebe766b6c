//! What is taken and what is refused.

use serde_json::json;

use super::*;

const TODAY: Date = civil::date(2026, 2, 28);

#[track_caller]
fn parsed(patch: &Value) -> Result<Amendment, NotAnAmendment> {
    Amendment::parse(patch.as_object().unwrap(), TODAY)
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn applied(patch: &Value, before: &Corrections, at: i64) -> Value {
    serde_json::to_value(parsed(patch).unwrap().corrections(before, second(at))).unwrap()
}

#[track_caller]
fn takes(member: &str, said: &Value, expected: &str) {
    let corrections = applied(&json!({ member: said }), &Corrections::default(), 0);
    assert_eq!(corrections[member]["value"], expected, "{said}");
}

#[track_caller]
fn refuses(name: &str, said: &Value) {
    let refused = parsed(&json!({ name: said })).unwrap_err();
    assert!(matches!(&refused, NotAnAmendment::Value { member, .. } if *member == name), "{said}: {refused:?}");
    assert!(refused.to_string().starts_with(name), "{refused}");
}

#[test]
fn a_merchant_has_1_to_200_characters_after_trimming() {
    takes("merchant", &json!("\t Corner Books \n"), "Corner Books");
    takes("merchant", &json!("é".repeat(200)), &"é".repeat(200));
    takes("merchant", &json!(format!(" {} ", "x".repeat(200))), &"x".repeat(200));
    for wrong in [json!(""), json!("  "), json!("x".repeat(201)), json!("a\nb"), json!("a\u{0}b"), json!(7), json!([])]
    {
        refuses("merchant", &wrong);
    }
}

#[test]
fn a_merchant_is_written_in_any_script_and_with_what_is_seen() {
    let joined = ["می\u{200c}خواهم", "क्\u{200d}ष", "👩\u{200d}🍳 Küche", "I ❤\u{fe0f} Tea", "❤\u{fe0f}\u{200d}🔥"];
    let others = ["Ke\u{301}k & Co. – 100 % «süß»", "丸亀製麺\u{3000}本店", "=1+1", "קפה", "A\u{a0}B", "½ €, ₹"];
    for right in joined.into_iter().chain(others) {
        takes("merchant", &json!(right), right);
    }
}

#[test]
fn no_merchant_has_what_is_not_seen() {
    // Directions; blanks without width, fillers, tags and other signs that are drawn as nothing; what is no character.
    let unseen =
        ['\u{61c}', '\u{ad}', '\u{34f}', '\u{115f}', '\u{1160}', '\u{17b4}', '\u{180e}', '\u{fffb}'].into_iter();
    let unseen = unseen.chain('\u{200b}'..='\u{200f}').chain('\u{202a}'..='\u{202e}').chain('\u{2060}'..='\u{206f}');
    let unseen = unseen.chain('\u{fe00}'..='\u{fe0f}').chain('\u{fff0}'..='\u{fffc}').chain('\u{e000}'..='\u{e001}');
    let unseen = unseen.chain(['\u{2800}', '\u{3164}', '\u{feff}', '\u{ffa0}', '\u{1d159}', '\u{1d173}', '\u{1bca0}']);
    let unseen =
        unseen.chain(['\u{e0001}', '\u{e0041}', '\u{e0100}', '\u{f0000}', '\u{fdd0}', '\u{10ffff}', '\u{378}']);
    for c in unseen {
        for text in [format!("{c}=cmd"), format!("Books,{c}=cmd"), format!("Books {c} more"), c.to_string()] {
            refuses("merchant", &json!(text));
        }
    }
    // What joins, and what says how a sign is drawn, stands where it does that.
    for wrong in
        ["a\u{200d}", "\u{200d}a", "a,\u{200c}b", "a\u{200d}\u{200d}b", "\u{fe0f}a", "a\u{fe0f}\u{fe0f}", "\u{301}a"]
    {
        refuses("merchant", &json!(wrong));
    }
}

#[test]
fn a_date_is_a_day_from_1990_to_tomorrow() {
    for right in ["1990-01-01", "2018-12-25", "2024-02-29", "2026-02-28", "2026-03-01"] {
        takes("date", &json!(right), right);
    }
    let others = ["1989-12-31", "2026-03-02", "9999-12-31", "2025-02-29", "25/12/2018", "2018-12-25T10:00"];
    for wrong in
        others.into_iter().chain(["20181225", "2018-W52-2", "+002018-12-25", "-000001-01-01", "", " 2018-12-25"])
    {
        refuses("date", &json!(wrong));
    }
    refuses("date", &json!(20_181_225));
    let last = Amendment::parse(json!({ "date": "9999-12-31" }).as_object().unwrap(), Date::MAX);
    assert!(last.is_ok());
}

#[test]
fn a_total_is_a_decimal_as_text_within_bounds() {
    for right in ["0", "0.00", "9.00", "9.0001", "999999999.9999"] {
        takes("total", &json!(right), right);
    }
    takes("total", &json!("007.50"), "7.50");
    let others = ["", "-1", "-0", "+1", "1e3", "1_000", "1,00", ".5", "5.", "1000000000", "0.00001", "1.2.3"];
    for wrong in others.into_iter().chain([" 9.00", "٩", "NaN", "RM 9"]) {
        refuses("total", &json!(wrong));
    }
    refuses("total", &json!(9.0));
    refuses("total", &json!({ "value": "9.00" }));
}

#[test]
fn a_currency_is_one_in_use() {
    for right in ["MYR", "EUR", "CLF"] {
        takes("currency", &json!(right), right);
    }
    for wrong in [json!("myr"), json!("RM"), json!("QQQ"), json!("EURO"), json!(""), json!(true)] {
        refuses("currency", &wrong);
    }
}

#[test]
fn what_cannot_be_corrected_is_named() {
    for name in ["items", "verdict", "rebate", "Total", ""] {
        let refused = parsed(&json!({ name: null })).unwrap_err();
        assert_eq!(refused, NotAnAmendment::UnknownMember(name.to_owned()));
        assert!(refused.to_string().contains(&format!("{name:?}")), "{refused}");
    }
    refuses("contested", &json!("yes"));
    refuses("contested", &json!(1));
}

#[test]
fn null_takes_back_what_is_absent_stays_and_the_same_keeps_its_time() {
    let patch = json!({ "merchant": "Corner Books", "total": "9.00" });
    let first = parsed(&patch).unwrap().corrections(&Corrections::default(), second(1));
    let second = applied(&json!({ "merchant": null, "total": "9.0", "currency": "MYR", "date": null }), &first, 2);
    let at = |second: &str| format!("1970-01-01T00:00:{second}Z");
    assert_eq!(
        second,
        json!({ "total": { "value": "9.00", "at": at("01") }, "currency": { "value": "MYR", "at": at("02") } })
    );
    assert_eq!(serde_json::from_value::<Corrections>(second.clone()).unwrap().merchant, None);
    let nothing = applied(&json!({ "total": null, "currency": null }), &serde_json::from_value(second).unwrap(), 3);
    assert_eq!(nothing, json!({}));
}

#[test]
fn a_verdict_is_contested_since_it_first_was() {
    let since = |patch: Value, before| parsed(&patch).unwrap().contested_at(before, second(9));
    assert_eq!(since(json!({ "contested": true }), None), Some(second(9)));
    assert_eq!(since(json!({ "contested": true }), Some(second(1))), Some(second(1)));
    assert_eq!(since(json!({}), Some(second(1))), Some(second(1)));
    assert_eq!(since(json!({ "contested": false }), Some(second(1))), None);
    assert_eq!(since(json!({ "contested": null }), Some(second(1))), None);
}
