local test = require "accrue.test"

describe("key phrase has_offer", function()
  local has_offer = test.load("key_phrases/has_offer.lua")

  it("tells unused, redeemed and expired offers apart", function()
    local member = { offers = { wash5 = 2 }, offers_redeemed = { ten_off = 1 } }
    assert.same({ true, 2 }, { has_offer:test(member, { offer = "wash5" }) })
    assert.is_false(has_offer:test(member, { offer = "wash5", state = "redeemed" }))
    assert.is_true(has_offer:test(member, { offer = "ten_off", state = "redeemed" }))
    assert.is_false(has_offer:test(member, { offer = "ten_off", state = "expired" }))
  end)

  it("refuses an offer and a state that are not there", function()
    assert.matches("did you mean `wash5`", has_offer:faults { offer = "wash" })
    assert.is_string(has_offer:faults { offer = "wash5", state = "used" })
  end)

  it("follows an offer through its life", function()
    local rule = function(state, points)
      return { when = { all = { { key_phrase = "make_a_purchase" }, { key_phrase = "has_offer", offer = "wash5", state = state } } },
        outcomes = { { outcome = "points_fixed", points = points, account = "fine", source = "promo" } } }
    end
    local club = test.rules { purchase = { rule("issued", "1.00"), rule("redeemed", "10.00"), rule("expired", "0.01") },
      event = { { when = { key_phrase = "trigger_an_event", event = "member.join" },
        outcomes = { { outcome = "issue_offer", offer = "wash5", quantity = 2 } } } } }
    club:apply { type = "member.join", member = "m-1", time = "2026-01-01" }
    club:purchase("m-1", "5.00")
    assert.equal("1.00", club:balance("m-1", "fine"))
    club:apply { type = "offer.redeem", member = "m-1", data = { offer = "wash5" } }
    club:purchase("m-1", "5.00")
    assert.equal("12.00", club:balance("m-1", "fine"))
    club:purchase("m-1", "5.00", "2026-02-01")
    assert.equal("22.01", club:balance("m-1", "fine"))
  end)
end)
