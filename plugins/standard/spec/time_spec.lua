local test = require "accrue.test"

describe("constraint time", function()
  local time = test.load("constraints/time.lua")

  it("counts calendar days, today among them", function()
    local from, to = time:window({ timeframe = { last = "30 days" } }, "2026-03-31T15:00:00Z")
    assert.equal("2026-03-02T00:00:00Z", from)
    assert.equal("2026-03-31T15:00:00.000001Z", to)
  end)

  it("takes fixed dates inclusively", function()
    local from, to = time:window({ timeframe = { from = "2026-06-01", to = "2026-06-30" } }, "2026-09-01T12:00:00Z")
    assert.equal("2026-06-01T00:00:00Z", from)
    assert.equal("2026-07-01T00:00:00Z", to)
  end)

  it("is open to the past for a lifetime", function()
    local from = time:window({ timeframe = "lifetime" }, "2026-09-01T12:00:00Z")
    assert.is_nil(from)
  end)

  -- domain 16.14, example 18
  it("counts 2 March and not 1 March in the 30 days to 31 March", function()
    local shop = test.rules { purchase = { { when = { all = { { key_phrase = "make_a_purchase" },
      { key_phrase = "complete_transactions", operator = ">=", count = 2, constraints = { time = { last = "30 days" } } } } } } } }
    shop:purchase("old", "5.00", "2026-03-01T10:00:00Z")
    shop:purchase("new", "5.00", "2026-03-02T10:00:00Z")
    shop:purchase("old", "5.00", "2026-03-31T10:00:00Z")
    shop:purchase("new", "5.00", "2026-03-31T10:00:00Z")
    assert.equal(0, shop:balance("old", "points"))
    assert.equal(1, shop:balance("new", "points"))
  end)

  it("overlaps with the phrase's own timeframe", function()
    local shop = test.rules { purchase = { { when = { all = { { key_phrase = "make_a_purchase" },
      { key_phrase = "complete_transactions", operator = ">=", count = 2, timeframe = { last = "30 days" },
        constraints = { time = { from = "2026-03-20" } } } } } } } }
    shop:purchase("m-1", "5.00", "2026-03-10")
    shop:purchase("m-1", "5.00", "2026-03-25")
    assert.equal(0, shop:balance("m-1", "points"))
    shop:purchase("m-1", "5.00", "2026-03-26")
    assert.equal(1, shop:balance("m-1", "points"))
  end)

  it("narrows the current purchase to a time of the year", function()
    local shop = test.rules { purchase = { { when = { key_phrase = "make_a_purchase",
      constraints = { time = { from = "2026-06-01", to = "2026-06-30" } } } } } }
    shop:purchase("m-1", "5.00", "2026-05-31T23:59:59Z")
    shop:purchase("m-1", "5.00", "2026-06-01T00:00:00Z")
    shop:purchase("m-1", "5.00", "2026-06-30T23:59:59Z")
    shop:purchase("m-1", "5.00", "2026-07-01T00:00:00Z")
    assert.equal(2, shop:balance("m-1", "points"))
  end)
end)
