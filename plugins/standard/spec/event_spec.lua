local test = require "accrue.test"

describe("condition type event", function()
  it("looks at events that are no purchases", function()
    local club = test.rules { event = { { when = { key_phrase = "trigger_an_event", event = "member.join",
      constraints = { context = { key = "referral", value = "friend" } } } } } }
    club:apply { type = "member.join", member = "m-1", data = { referral = "friend" } }
    club:apply { type = "member.join", member = "m-2", data = { referral = "poster" } }
    assert.equal(1, club:balance("m-1", "points"))
    assert.equal(0, club:balance("m-2", "points"))
  end)

  it("does not take constraints on purchases", function()
    assert.has_error(function()
      test.rules { event = { { when = { key_phrase = "trigger_an_event", event = "member.join",
        constraints = { check_size = { min = "1.00" } } } } } }
    end)
  end)

  it("is not woken by an event that the rule does not name", function()
    local club = test.rules { event = { { when = { any = { { key_phrase = "trigger_an_event", event = "member.join" },
      { key_phrase = "trigger_an_event", event = "audience.enter" } } } } } }
    club:apply { type = "member.update", member = "m-1" }
    assert.equal(0, club:balance("m-1", "points"))
    club:apply { type = "audience.enter", member = "m-1", data = { audience = "staff" } }
    assert.equal(1, club:balance("m-1", "points"))
  end)
end)
