local test = require "accrue.test"

describe("key phrase event_attribute", function()
  local phrase = test.load("key_phrases/event_attribute.lua")

  local function joined(referral) return { type = "member.join", data = { referral = referral } } end

  it("compares a field of the event named", function()
    local vars = { event = "member.join", key = "referral", value = "friend" }
    assert.is_true(phrase:test(joined "friend", vars))
    assert.is_false(phrase:test(joined "poster", vars))
    assert.is_false(phrase:test({ type = "member.update", data = { referral = "friend" } }, vars))
  end)

  it("compares numbers as numbers and fails on what is missing", function()
    local vars = { event = "member.join", key = "referral", operator = "<", value = "10" }
    assert.is_true(phrase:test(joined "9", vars))
    assert.is_false(phrase:test(joined "10", vars))
    assert.is_false(phrase:test(joined(nil), vars))
    assert.is_false(phrase:test(joined "", vars))
  end)

  it("fires in a program", function()
    local club = test.rules { event = { { when = { key_phrase = "event_attribute", event = "member.join", key = "referral",
      value = "friend" } } } }
    club:apply { type = "member.join", member = "m-1", data = { referral = "poster" } }
    club:apply { type = "member.join", member = "m-2", data = { referral = "friend" } }
    assert.equal(0, club:balance("m-1", "points"))
    assert.equal(1, club:balance("m-2", "points"))
  end)
end)
