local test = require "accrue.test"

describe("my_name", function()
  local shop

  before_each(function()
    shop = test.rules { event = { { when = { key_phrase = "trigger_an_event", event = "my_name" } } } }
  end)

  it("wakes a rule", function()
    assert.fired("event 1", shop:apply(test.event("my_name", { count = 2 }, { member = "m-1" })))
  end)

  it("is refused without what it must have", function()
    assert.rejected("count", shop:send(test.event("my_name", {}, { member = "m-1" })))
  end)
end)
