local test = require "accrue.test"

describe("key phrase total_spend", function()
  local total_spend = test.load("key_phrases/total_spend.lua")
  local vars = { amount = "20.00" }

  it("measures what counts, in minor units", function()
    assert.equal(1250, total_spend:value({ total = "12.50" }, vars))
    assert.equal(4000, total_spend:value({ total = "42.50", tax = "2.50", items = { { sku = "A", amount = "40.00" } } }, vars))
    assert.equal(4000, total_spend:value({ total = "42.50", subtotal = "40.00" }, vars))
  end)

  it("compares exactly", function()
    local function fires(operator, amount, total)
      local shop = test.rules { purchase = { { when = { key_phrase = "total_spend", operator = operator, amount = amount } } } }
      shop:purchase("m-1", total)
      return shop:balance("m-1", "points") == 1
    end
    assert.is_true(fires(">=", "20.00", "20.00"))
    assert.is_false(fires(">=", "20.00", "19.99"))
    assert.is_false(fires(">", "20.00", "20.00"))
    assert.is_true(fires("more than", "20.00", "20.01"))
    assert.is_true(fires("exactly", "25.00", "25.00"))
    assert.is_false(fires("=", "25.00", "25.01"))
    assert.is_true(fires("<=", "20.00", "20.00"))
    assert.is_false(fires("less than", "20.00", "20.00"))
  end)

  it("refuses zero with a less-than, cents of cents, and less than nothing", function()
    assert.is_string(total_spend:faults { operator = "<", amount = "0.00" })
    assert.is_string(total_spend:faults { operator = "<=", amount = "0" })
    assert.is_nil(total_spend:faults { operator = ">=", amount = "0" })
    assert.is_string(total_spend:faults { amount = "1.005" })
    assert.is_string(total_spend:faults { amount = "-1.00" })
  end)
end)
