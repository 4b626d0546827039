local test = require "accrue.test"

describe("outcome trigger_event", function()
  it("emits the event named", function()
    local trigger_event = test.load("outcomes/trigger_event.lua")
    assert.same({ { effect = "emit", event = "member.update" } }, trigger_event:effects({ total = "5.00" }, { event = "member.update" }))
  end)

  it("wakes the rules of that event", function()
    local shop = test.rules {
      purchase = { { when = { key_phrase = "make_a_purchase" }, outcomes = { { outcome = "trigger_event", event = "member.update" } } } },
      event = { { when = { key_phrase = "trigger_an_event", event = "member.update" } } },
    }
    shop:purchase("m-1", "5.00")
    assert.equal(1, shop:balance("m-1", "points"))
  end)

  it("waits, and goes over a link", function()
    local trigger_event = test.load("outcomes/trigger_event.lua")
    local vars = { event = "member.update", after = "30 days", to = "referrer" }
    assert.same({ { effect = "emit", event = "member.update", after = "30 days", to = "referrer" } },
      trigger_event:effects({ total = "5.00" }, vars))
  end)

  it("does not go round for ever", function()
    local shop = test.rules { event = { { when = { key_phrase = "trigger_an_event", event = "member.update" },
      outcomes = { { outcome = "points_fixed", points = 1, account = "points", source = "promo" },
        { outcome = "trigger_event", event = "member.update" } } } } }
    local reply = shop:apply { type = "member.update", member = "m-1" }
    assert.equal("applied", reply.status)
    assert.equal(1, shop:balance("m-1", "points"))
  end)
end)
