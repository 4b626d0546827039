local test = require "accrue.test"

describe("outcome points_fixed", function()
  local points_fixed = test.load("outcomes/points_fixed.lua")
  local purchase = { total = "5.00" }

  it("awards", function()
    assert.same({ { effect = "award", account = "points", source = "promo", points = 100 } },
      points_fixed:effects(purchase, { points = 100, account = "points", source = "promo" }))
  end)

  it("deducts what is negative", function()
    assert.same({ { effect = "deduct", account = "points", points = 100 } },
      points_fixed:effects(purchase, { points = -100, account = "points", source = "promo" }))
  end)

  it("takes points with the decimals of their account", function()
    assert.equal(108, points_fixed:effects(purchase, { points = "1.08", account = "fine", source = "promo" })[1].points)
    assert.is_string(points_fixed:faults { points = "1.08", account = "points", source = "promo" })
  end)

  it("refuses zero, and accounts and sources that are not there", function()
    assert.matches("other than 0", points_fixed:faults { points = 0, account = "points", source = "promo" })
    assert.is_string(points_fixed:faults { points = 1, account = "pionts", source = "promo" })
    assert.is_string(points_fixed:faults { points = 1, account = "points", source = "prmo" })
  end)

  it("deducts down to zero and no further", function()
    local shop = test.rules { purchase = { { when = { key_phrase = "total_spend", operator = "<", amount = "10.00" },
      outcomes = { { outcome = "points_fixed", points = 5, account = "points", source = "promo" } } },
      { when = { key_phrase = "total_spend", operator = ">=", amount = "10.00" },
        outcomes = { { outcome = "points_fixed", points = -8, account = "points", source = "promo" } } } } }
    shop:purchase("m-1", "5.00")
    shop:purchase("m-1", "10.00")
    assert.equal(0, shop:balance("m-1", "points"))
  end)
end)
