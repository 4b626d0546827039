local test = require "accrue.test"

describe("condition type total_points", function()
  it("adds the spendable accounts up", function()
    local shop = test.rules {
      accounts = { points = { default = true }, extra = {}, status = { spendable = false } },
      sources = { base = { accounts = { "points", "extra", "status" } } },
      base_earn = { { points = 1, per = "1.00", account = "points", source = "base" },
        { points = 1, per = "1.00", account = "extra", source = "base" },
        { points = 100, per = "1.00", account = "status", source = "base" } },
      entrance = { { when = { key_phrase = "current_point_balance", operator = ">=", points = 20 }, outcomes = {} } },
    }
    shop:purchase("m-1", "9.00")
    assert.equal("Member", shop:level "m-1")
    shop:purchase("m-1", "1.00")
    assert.equal("Gold", shop:level "m-1")
  end)

  it("compares accounts of different decimals in points", function()
    local shop = test.rules {
      base_earn = { { points = "0.5", per = "1.00", account = "fine", source = "base" } },
      entrance = { { when = { key_phrase = "current_point_balance", operator = ">=", points = "2.50",
        constraints = { point_account = { "fine" } } }, outcomes = {} } },
    }
    shop:purchase("m-1", "4.99")
    assert.equal("Member", shop:level "m-1")
    shop:purchase("m-1", "0.02")
    assert.equal("Gold", shop:level "m-1")
  end)
end)
