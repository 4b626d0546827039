local test = require "accrue.test"

describe("key phrase purchase_includes", function()
  local includes = test.load("key_phrases/purchase_includes.lua")

  local function receipt(...) return { total = "50.00", items = { ... } } end
  local tea = { sku = "T1", categories = { "tea/green" }, amount = "4.00", quantity = "2" }
  local cake = { sku = "C1", categories = { "cake" }, amount = "6.00" }
  local mug = { sku = "M1", amount = "9.00" }

  it("is content with one of the things listed", function()
    local vars = { include = { categories = { "tea" }, items = { "M1" } } }
    assert.is_true(includes:test(receipt(tea), vars))
    assert.is_true(includes:test(receipt(cake, mug), vars))
    assert.is_false(includes:test(receipt(cake), vars))
    assert.is_false(includes:test({ total = "50.00" }, vars))
  end)

  it("wants the quantity together with match any", function()
    local vars = { include = { categories = { "tea" }, items = { "M1" } }, count = 3 }
    local holds, measured = includes:test(receipt(tea, mug), vars)
    assert.is_true(holds)
    assert.equal(3000, measured)
    assert.is_false(includes:test(receipt(tea, cake), vars))
  end)

  it("wants each of the things with match all", function()
    local vars = { include = { categories = { "tea", "cake" }, items = { "M1" } }, match = "all" }
    assert.is_true(includes:test(receipt(tea, cake, mug), vars))
    assert.is_false(includes:test(receipt(tea, cake), vars))
    assert.is_false(includes:test(receipt(tea, mug), vars))
  end)

  it("wants the quantity of each with match all", function()
    local vars = { include = { categories = { "tea", "cake" } }, match = "all", count = 2 }
    assert.is_false(includes:test(receipt(tea, cake), vars))
    assert.is_true(includes:test(receipt(tea, cake, cake), vars))
  end)

  it("leaves out what is excluded", function()
    local vars = { include = { categories = { "tea" } }, exclude = { items = { "T1" } } }
    assert.is_false(includes:test(receipt(tea), vars))
    assert.is_true(includes:test(receipt(tea, { sku = "T2", category = "tea", amount = "4.00" }), vars))
    assert.is_true(includes:test(receipt(cake), { exclude = { categories = { "tea" } } }))
    assert.is_false(includes:test(receipt(tea), { exclude = { categories = { "tea" } } }))
  end)

  it("refuses nothing to look for", function()
    assert.matches("needs include or exclude", includes:faults {})
    assert.matches("needs include", includes:faults { exclude = { items = { "A" } }, match = "all" })
    assert.is_string(includes:faults { include = { items = { "A" } }, count = 0 })
  end)
end)
