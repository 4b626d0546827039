#!/usr/bin/env python3
"""Programs as people read them: `accrue programs show`, `accrue check --sentences`."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness

CLUB = {
    "program": "club", "title": "Club", "effective_from": "2026-01-01", "currency": "USD", "timezone": "UTC",
    "accounts": {"points": {"default": True, "allow_negative": True, "warn": "30 days",
                            "expiry": {"mode": "fixed_date", "every": "year", "on": "06-30", "into": "fine"}},
                 "fine": {"decimals": 2, "spendable": False,
                          "expiry": {"mode": "inactivity", "after": "6 months", "percent": "12.50",
                                     "events": ["purchase", "member.join"]}}},
    "sources": {"base": {}, "promo": {"accounts": ["points"], "inventory": 1000, "limit": {"points": 50, "per": "day", "for": "member"}}},
    "base_earn": {"points": "1.5", "per": "1.00", "account": "points", "source": "base"},
    "offers": {"wash": {"title": "$5 off", "price": 200, "account": "points", "valid": "30 days",
                        "limit": {"times": 1, "per": "month"}, "discount": {"amount": "5.00"}}},
    "links": {"friends": {"max": 3}, "referrer": {}},
    "reward_stores": {"gold-shop": {"offers": ["wash"], "levels": ["Gold"]}},
    "audiences": {"staff": {}, "guests": {"expiry": {"mode": "period", "after": "3 months"}},
                  "half": {"split": {"test": "spring", "from": 0, "to": "12.5"}}},
    "description": "Points at two shops", "channels": ["pos", "web"], "payment_types": ["cash"],
    "catalog": {"categories": ["fuel", "fuel/95"], "items": ["F95"]},
    "stores": {"S1": {"groups": ["north"]}, "S2": {"timezone": "America/Chicago"}},
    "purchase": [
        {"rule": "Shops", "id": "shops", "limit": {"times": 3, "per": "month"}, "from": "2026-06-01", "until": "2026-06-30",
         "when": {"all": [{"key_phrase": "make_a_purchase", "constraints": {"store": {"include": ["S1", "S2"]}}},
                          {"name": "not for us", "none": [{"key_phrase": "in_audience", "audience": "staff"}]}]},
         "outcomes": [{"outcome": "add_tags", "tags": ["seen"], "rank": 2},
                      {"outcome": "points_fixed", "points": 5, "account": "points", "source": "promo", "rank": 1}]}],
    "levels": [
        {"level": "Member", "entrance": [{"rule": "Everyone", "when": "no rules", "outcomes": []}]},
        {"level": "Gold",
         "maintenance": [{"rule": "Came back", "outcomes": [],
                          "when": {"key_phrase": "complete_transactions", "operator": "at least", "count": 1}}],
         "maintenance_schedule": {"every": "3 months", "relative_to": "level_entry", "stay_at_least": "1 year", "grace": "14 days",
                                  "warn": "7 days"},
         "entrance": [{"rule": "A thousand in a year", "limit": {"times": 1, "per": "year"},
                       "when": {"all": [{"key_phrase": "spend_currency", "operator": "at least", "amount": "1000",
                                         "timeframe": {"last": "year"}, "constraints": {"store": {"include": ["S1", "S2"]}}}]},
                       "outcomes": [{"outcome": "points_fixed", "points": 1, "account": "points", "source": "promo"}]}]},
        {"level": "Top", "threshold": {"spend": "5000"}, "expiry": {"mode": "inactivity_spend", "after": "180 days"}}],
}

SENTENCES = """\
accounts
  points  default; may go below zero; expires with the end of 30 June and moves into fine, announced 30 days before
  fine    2 decimals; moved by rules only; 12.50 % expires after 6 months without purchase or member.join
sources
  base   into every account
  promo  into points; at most 1000 over all members; at most 50 a day for each member
offers
  wash  $5 off; for 200 points; valid for 30 days; at most 1 time a month
reward stores
  gold-shop  offers wash; open at levels Gold
links
  friends   to at most 3 members
  referrer  to 1 member
audiences
  staff
  guests  ends 3 months after it was entered
  half    members from 0 % to 12.5 % of the test spring; nobody enters it
stores
  S1  of north
  S2  in the zone America/Chicago
channels
  pos, web
payment types
  cash
categories
  fuel, fuel/95
items
  F95
base earning
  1.5 points per 1.00 of the total into points from base
every level
  purchase: Shops (id shops), at most 3 times a month, from 2026-06-01, until 2026-06-30
    All of:
      Make a purchase at stores S1, S2
      None of "not for us":
        Member is in audience staff
    gives
      1. 5 points into points from promo
      2. Add tags seen
level Member
  entrance: Everyone
    Always
level Gold
  Reviewed every 3 months from the entry into the level, after 1 year in the level at the earliest; who fails goes one level down \
after 14 days of grace; announced 7 days before
  entrance: A thousand in a year, at most once a year
    All of:
      Total spend in the last 1 year is at least 1000.00 at stores S1, S2
    gives
      1. 1 point into points from promo
  maintenance: Came back
    Number of transactions is at least 1 since the last maintenance
level Top
  Ends after 180 days without a purchase
  entrance: threshold
    Spend since a level last ended is at least 5000.00
"""


def good(done):
    assert done.returncode == 0, (done.args, done.returncode, done.stdout, done.stderr)
    return done.stdout


def club(site):
    os.remove(site.program)
    site.program = harness.write(os.path.join(site.template, "programs", "club.json"), json.dumps(CLUB, indent=1))
    return site


def test_check_prints_sentences(site):
    shown = good(club(site).accrue("check", site.template, "--sentences", ask=False))
    assert shown.endswith("\nclub\n" + SENTENCES), shown
    assert "every level" not in good(site.accrue("check", site.template, ask=False))


def test_show_on_a_daemon_and_on_the_ledger(site):
    club(site).start()
    good(site.accrue("publish", site.program, "--status", "active", "--level", "Member"))
    good(site.accrue("publish", site.program, "--status", "active", "--level", "Gold"))
    shown = good(site.accrue("programs", "show", "club"))
    with_status = SENTENCES.replace("level Member\n", "level Member (live)\n").replace("level Gold\n", "level Gold (live)\n")
    with_status = with_status.replace("level Top\n", "level Top (draft)\n")
    assert shown.startswith("club@2\n  title          Club\n  description    Points at two shops\n")
    assert "  currency       USD\n  time zone      UTC\n  amounts        net\n" in shown, shown
    assert shown.startswith("club@2\n  title          Club\n") and with_status in shown, shown
    assert shown.endswith("earlier releases: club@1\n"), shown
    report = json.loads(good(site.accrue("programs", "show", "club@2", "--json")))["programs"]
    assert [program["release"] for program in report] == ["club@2"], report
    rule = report[0]["purchase"][0]
    assert rule["limit"] == "at most 3 times a month" and rule["outcomes"][0]["sentence"] == "5 points into points from promo", rule
    assert rule["when"]["all"][1] == {"name": "not for us", "none": [{"sentence": "Member is in audience staff"}]}, rule
    done = site.accrue("programs", "show", "clob")
    assert done.returncode == 1 and "did you mean 'club'" in done.stderr, done
    assert site.stop() == 0
    assert good(site.accrue("programs", "show", "club", "--ledger", site.ledger, ask=False)) == shown


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
