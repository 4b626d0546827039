local test = require "accrue.test"

describe("key phrase complete_events", function()
  local phrase = test.load("key_phrases/complete_events.lua")

  it("counts an event as often as it was performed", function()
    local vars = { event = "member.update", count = 1 }
    assert.equal(1000, phrase:value({ type = "member.update" }, vars))
  end)

  it("counts the event named, within the window", function()
    local club = test.rules { event = { { when = { all = { { key_phrase = "trigger_an_event", event = "member.update" },
      { key_phrase = "complete_events", event = "member.update", operator = ">=", count = 2, timeframe = { last = "7 days" } } } } } } }
    club:apply { type = "member.join", member = "m-1", time = "2026-01-01" }
    club:apply { type = "member.update", member = "m-1", time = "2026-01-01" }
    assert.equal(0, club:balance("m-1", "points"))
    club:apply { type = "member.update", member = "m-1", time = "2026-01-08" }
    assert.equal(0, club:balance("m-1", "points"))
    club:apply { type = "member.update", member = "m-1", time = "2026-01-14" }
    assert.equal(1, club:balance("m-1", "points"))
  end)
end)
