local test = require "accrue.test"

describe("pump_grade", function()
  local pump_grade = test.load "constraints/pump_grade.lua"

  it("lets the grades through that are named", function()
    local diesel, shop = { amount = "40.00", context = { grade = "diesel" } }, { amount = "3.00" }
    assert.is_true(pump_grade:accepts_item(diesel, { grades = { "diesel", "lpg" } }))
    assert.is_false(pump_grade:accepts_item(diesel, { grades = { "lpg" } }))
    assert.is_false(pump_grade:accepts_item(shop, { grades = { "diesel" } }))
  end)
end)
