local test = require "accrue.test"

describe("key phrase departments", function()
  local departments = test.load("key_phrases/departments.lua")

  it("takes a category path's first part, and each department once", function()
    local milk = { amount = "1.50", categories = { "GROCERY", "GROCERY/FLUID MILK PRODUCTS" } }
    local eggs = { amount = "2.00", categories = { "GROCERY/EGGS" } }
    local apples = { amount = "3.00", categories = { "PRODUCE/APPLES" } }
    assert.equal(2, departments:value({ total = "6.50", items = { milk, eggs, apples } }, { count = 2 }))
    assert.equal(0, departments:value({ total = "6.50" }, { count = 2 }))
  end)
end)

describe("constraint brand", function()
  local brand = test.load("constraints/brand.lua")

  it("lets lines of the named brands through", function()
    assert.is_true(brand:accepts_item({ amount = "1.00", brand = "private" }, { brands = { "private", "unknown" } }))
    assert.is_false(brand:accepts_item({ amount = "1.00", brand = "national" }, { brands = { "private", "unknown" } }))
    assert.is_false(brand:accepts_item({ amount = "1.00" }, { brands = { "private" } }))
  end)
end)
