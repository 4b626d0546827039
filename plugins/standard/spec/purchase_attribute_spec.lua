local test = require "accrue.test"

describe("key phrase purchase_attribute", function()
  local attribute = test.load("key_phrases/purchase_attribute.lua")

  local function with(value) return { total = "5.00", context = { pump = value } } end

  it("compares texts for equality, which is the operator when none is given", function()
    assert.is_true(attribute:test(with "left", { key = "pump", value = "left" }))
    assert.is_false(attribute:test(with "right", { key = "pump", value = "left" }))
    assert.is_false(attribute:test(with "right", { key = "pump", operator = ">=", value = "left" }))
  end)

  it("compares numbers as numbers", function()
    assert.is_true(attribute:test(with "10", { key = "pump", operator = ">", value = "9" }))
    assert.is_false(attribute:test(with "10", { key = "pump", operator = "<", value = "9" }))
    assert.is_true(attribute:test(with "4.0", { key = "pump", value = "4" }))
  end)

  it("fails on a missing or blank value", function()
    assert.is_false(attribute:test({ total = "5.00" }, { key = "pump", operator = "<=", value = "4" }))
    assert.is_false(attribute:test(with "", { key = "pump", operator = "<=", value = "4" }))
  end)

  it("fires in a program", function()
    local shop = test.rules { purchase = { { when = { key_phrase = "purchase_attribute", key = "pump", operator = ">=", value = "4" } } } }
    shop:purchase("m-1", with "3")
    shop:purchase("m-1", with "4")
    assert.equal(1, shop:balance("m-1", "points"))
  end)
end)
