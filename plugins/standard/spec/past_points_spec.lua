local test = require "accrue.test"

describe("condition type past_points", function()
  local function shop_with(constraints)
    return test.rules {
      accounts = { points = { default = true }, status = { spendable = false }, waiting = { escrow = true } },
      sources = { base = { accounts = { "points", "status", "waiting" } } },
      base_earn = { { points = 1, per = "1.00", account = "status", source = "base" },
        { points = 1, per = "1.00", account = "waiting", source = "base" } },
      entrance = { { when = { key_phrase = "earn_points", operator = ">=", points = 10, constraints = constraints }, outcomes = {} } },
    }
  end

  -- domain C12; contract 5 on accounts that are moved by rules only
  it("leaves escrow and accounts that cannot be spent out, unless they are named", function()
    local shop = shop_with(nil)
    shop:purchase("m-1", "100.00")
    assert.equal("Member", shop:level "m-1")
    shop = shop_with { point_account = { "status" } }
    shop:purchase("m-1", "10.00")
    assert.equal("Gold", shop:level "m-1")
  end)

  it("looks at a window by the time of the award", function()
    local shop = test.rules {
      base_earn = { { points = 1, per = "1.00", account = "points", source = "base" } },
      entrance = { { when = { key_phrase = "earn_points", operator = ">=", points = 10, timeframe = { this = "month" } }, outcomes = {} } },
    }
    shop:purchase("m-1", "9.00", "2026-01-31")
    shop:purchase("m-1", "9.00", "2026-02-01")
    assert.equal("Member", shop:level "m-1")
    shop:purchase("m-1", "1.00", "2026-02-28")
    assert.equal("Gold", shop:level "m-1")
  end)
end)
