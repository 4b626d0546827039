local test = require "accrue.test"

describe("litre_points", function()
  local litre_points = test.load "outcomes/litre_points.lua"
  local vars = { points = 2, litres = "10.00", account = "points", source = "promo" }

  it("gives points for whole steps", function()
    local purchase = test.purchase { items = { { amount = "40.00", context = { litres = "35.00" } } } }
    local effects = litre_points:effects(purchase, vars)
    assert.equal(1, #effects)
    assert.equal(7, effects[1].points) -- 35 litres at 2 points for 10
  end)

  it("gives nothing for nothing", function()
    assert.same({}, litre_points:effects(test.purchase { total = "5.00" }, vars))
  end)
end)
