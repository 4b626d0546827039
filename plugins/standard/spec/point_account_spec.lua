local test = require "accrue.test"

describe("constraint point_account", function()
  local point_account = test.load("constraints/point_account.lua")

  it("lets through movements of the accounts named", function()
    local function landed(account) return { points = 5, account = account, point_source = "base", reason = "award" } end
    assert.is_true(point_account:accepts(landed "points", { accounts = { "points" } }))
    assert.is_false(point_account:accepts(landed "status", { accounts = { "points" } }))
    assert.is_true(point_account:accepts(landed "status", { accounts = { "points", "status" } }))
  end)

  it("refuses an account that the program does not have", function()
    assert.matches("poinst", point_account:faults { accounts = { "poinst" } })
  end)

  it("names the accounts of a balance, spendable or not", function()
    local shop = test.rules {
      base_earn = { { points = 1, per = "1.00", account = "points", source = "base" },
        { points = 2, per = "1.00", account = "status", source = "base" } },
      purchase = { { when = { all = { { key_phrase = "make_a_purchase" },
        { key_phrase = "current_point_balance", operator = ">=", points = 20, constraints = { point_account = { "status" } } } } },
        outcomes = { { outcome = "points_fixed", points = 1, account = "fine", source = "promo" } } } } }
    shop:purchase("m-1", "10.00")
    shop:purchase("m-1", "1.00")
    assert.equal("1.00", shop:balance("m-1", "fine"))
  end)
end)
