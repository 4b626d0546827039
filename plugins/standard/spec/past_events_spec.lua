local test = require "accrue.test"

describe("condition type past_events", function()
  it("holds the current event and all before it, of the types named", function()
    local club = test.rules { entrance = { { when = { key_phrase = "complete_events", event = "member.update", operator = ">=",
      count = 2 }, outcomes = {} } } }
    club:apply { type = "member.join", member = "m-1" }
    club:apply { type = "member.update", member = "m-1" }
    assert.equal("Member", club:level "m-1")
    club:apply { type = "member.update", member = "m-1" }
    assert.equal("Gold", club:level "m-1")
  end)

  it("is narrowed by the context", function()
    local club = test.rules { entrance = { { when = { key_phrase = "complete_events", event = "member.update", operator = ">=", count = 1,
      constraints = { context = { key = "form", value = "complete" } } }, outcomes = {} } } }
    club:apply { type = "member.update", member = "m-1", data = { form = "half" } }
    assert.equal("Member", club:level "m-1")
    club:apply { type = "member.update", member = "m-1", data = { form = "complete" } }
    assert.equal("Gold", club:level "m-1")
  end)
end)
