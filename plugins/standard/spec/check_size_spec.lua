local test = require "accrue.test"

describe("constraint check_size", function()
  local check_size = test.load("constraints/check_size.lua")

  it("includes both bounds", function()
    local vars = { min = "10.00", max = "50.00" }
    assert.is_false(check_size:accepts({ total = "9.99" }, vars))
    assert.is_true(check_size:accepts({ total = "10.00" }, vars))
    assert.is_true(check_size:accepts({ total = "50.00" }, vars))
    assert.is_false(check_size:accepts({ total = "50.01" }, vars))
  end)

  it("is open where a bound is left out", function()
    assert.is_true(check_size:accepts({ total = "1000.00" }, { min = "10.00" }))
    assert.is_true(check_size:accepts({ total = "0.00" }, { max = "10.00" }))
    assert.is_false(check_size:accepts({ total = "10.01" }, { max = "10.00" }))
  end)

  it("looks at what the lines cost, not at tax and shipping", function()
    local receipt = { total = "12.00", tax = "3.00", items = { { sku = "A", amount = "9.00" } } }
    assert.is_false(check_size:accepts(receipt, { min = "10.00" }))
  end)

  it("looks at the total where the program says so", function()
    local by_total = test.load("constraints/check_size.lua", nil, { program = { amount_basis = "total" } })
    local receipt = { total = "12.00", tax = "3.00", items = { { sku = "A", amount = "9.00" } } }
    assert.is_true(by_total:accepts(receipt, { min = "10.00" }))
  end)

  it("refuses no bound at all, and a min above the max", function()
    assert.matches("needs min or max", check_size:faults({}))
    assert.matches("min above its max", check_size:faults { min = "2.00", max = "1.00" })
  end)

  it("sees the purchase whole beside a constraint that narrows lines", function()
    local shop = test.rules { purchase = { { when = { key_phrase = "make_a_purchase",
      constraints = { check_size = { min = "10.00" }, catalog = { include = { categories = { "tea" } } } } } } } }
    local tea, cake = { sku = "T", category = "tea", amount = "4.00" }, { sku = "C", category = "cake", amount = "6.00" }
    shop:purchase("m-1", { total = "10.00", items = { tea, cake } })
    assert.equal(1, shop:balance("m-1", "points"))
    shop:purchase("m-2", { total = "4.00", items = { tea } })
    assert.equal(0, shop:balance("m-2", "points"))
  end)
end)
