local test = require "accrue.test"

describe("key phrase trigger_an_event", function()
  local phrase = test.load("key_phrases/trigger_an_event.lua")

  it("holds for the event named", function()
    assert.is_true(phrase:test({ type = "member.join" }, { event = "member.join" }))
    assert.is_false(phrase:test({ type = "member.update" }, { event = "member.join" }))
  end)

  it("refuses an event that nobody knows", function()
    assert.matches("member.jion", phrase:faults { event = "member.jion" })
  end)

  it("wakes a rule by that event and by no other", function()
    local club = test.rules { event = { { when = { key_phrase = "trigger_an_event", event = "member.update" } } } }
    club:apply { type = "member.join", member = "m-1" }
    club:purchase("m-1", "5.00")
    assert.equal(0, club:balance("m-1", "points"))
    club:apply { type = "member.update", member = "m-1" }
    assert.equal(1, club:balance("m-1", "points"))
  end)
end)
