local test = require "accrue.test"

describe("my_name", function()
  local my_name = test.load "outcomes/my_name.lua"
  local vars = { points = 2, account = "points", source = "promo" }

  it("proposes an award", function()
    local effects = my_name:effects(test.purchase { items = { { amount = "1.00" }, { amount = "2.00" } } }, vars)
    assert.equal(1, #effects)
    assert.equal(4, effects[1].points)
  end)

  it("is posted by a rule", function()
    local outcome = { outcome = "my_name", points = 2, account = "points", source = "promo" }
    local shop = test.rules { purchase = { { when = { key_phrase = "make_a_purchase" }, outcomes = { outcome } } } }
    shop:purchase("m-1", test.purchase { items = { { amount = "1.00" }, { amount = "2.00" } } })
    assert.balance(4, shop, "m-1")
  end)
end)
