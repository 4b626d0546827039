local test = require "accrue.test"

describe("constraint max_rate", function()
  local function shop_with(condition)
    return test.rules { purchase = { { when = { all = { { key_phrase = "make_a_purchase" }, condition } } } } }
  end

  it("counts the first of a day only", function()
    local shop = shop_with { key_phrase = "complete_transactions", operator = ">=", count = 2,
      constraints = { max_rate = { times = 1, per = "day" } } }
    shop:purchase("m-1", "5.00", "2026-03-02T09:00:00-05:00")
    shop:purchase("m-1", "5.00", "2026-03-02T18:00:00-05:00")
    assert.equal(0, shop:balance("m-1", "points"))
    shop:purchase("m-1", "5.00", "2026-03-03T08:00:00-05:00")
    assert.equal(1, shop:balance("m-1", "points"))
  end)

  it("wants a period", function()
    local rate = test.load("constraints/max_rate.lua")
    assert.is_string(rate:faults { times = 1, per = "hour" })
    assert.is_string(rate:faults { times = 0, per = "day" })
  end)
end)
