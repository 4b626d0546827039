local test = require "accrue.test"

describe("outcome tier_change", function()
  local tier_change = test.load("outcomes/tier_change.lua")
  local purchase = { total = "5.00" }

  it("moves to a level, or out of all", function()
    assert.same({ { effect = "change_level", level = "Gold" } }, tier_change:effects(purchase, { level = "Gold" }))
    assert.same({ { effect = "leave" } }, tier_change:effects(purchase, { leave = true }))
  end)

  it("refuses neither and both, and a level that is not there", function()
    assert.matches("needs level, or leave", tier_change:faults {})
    assert.matches("not both", tier_change:faults { level = "Gold", leave = true })
    assert.is_string(tier_change:faults { level = "Glod" })
  end)

  it("moves a member up, and out", function()
    local club = test.rules {
      purchase = { { when = { key_phrase = "make_a_purchase" }, outcomes = { { outcome = "tier_change", level = "Gold" } } } },
      event = { { when = { key_phrase = "trigger_an_event", event = "member.update" },
        outcomes = { { outcome = "tier_change", leave = true } } } } }
    club:apply { type = "member.join", member = "m-1" }
    assert.equal("Member", club:level "m-1")
    club:purchase("m-1", "5.00")
    assert.equal("Gold", club:level "m-1")
  end)
end)
