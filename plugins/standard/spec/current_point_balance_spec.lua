local test = require "accrue.test"

describe("key phrase current_point_balance", function()
  local balance = test.load("key_phrases/current_point_balance.lua")

  it("measures the points", function()
    assert.equal(120, balance:value({ points = 120, account = "points" }, { points = 1 }))
    assert.equal(-120, balance:value({ points = -120, account = "points" }, { points = 1 }))
  end)

  it("allows zero and less with every operator", function()
    for _, operator in ipairs { ">=", ">", "=", "<=", "<" } do
      assert.is_nil(balance:faults { operator = operator, points = 0 })
      assert.is_nil(balance:faults { operator = operator, points = -5 })
    end
  end)

  it("sees the balance before the purchase in its rules", function()
    local shop = test.rules {
      base_earn = { { points = 1, per = "1.00", account = "points", source = "base" } },
      purchase = { { when = { all = { { key_phrase = "make_a_purchase" },
        { key_phrase = "current_point_balance", operator = ">", points = 10 } } },
        outcomes = { { outcome = "points_fixed", points = 1, account = "fine", source = "promo" } } } },
      entrance = { { when = { key_phrase = "current_point_balance", operator = ">", points = 10 }, outcomes = {} } },
    }
    shop:purchase("m-1", "10.00")
    assert.equal("Member", shop:level "m-1")
    shop:purchase("m-1", "1.00")
    assert.equal("Gold", shop:level "m-1")
    assert.equal(11, shop:balance("m-1", "points"))
    shop:purchase("m-1", "1.00")
    assert.equal("1.00", shop:balance("m-1", "fine"))
  end)
end)
