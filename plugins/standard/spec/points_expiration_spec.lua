local test = require "accrue.test"

describe("outcome points_expiration", function()
  local points_expiration = test.load("outcomes/points_expiration.lua")

  it("takes all of an account, or a part", function()
    assert.same({ { effect = "expire", account = "points", percent = 10000 } },
      points_expiration:effects({ total = "5.00" }, { account = "points" }))
    assert.same({ { effect = "expire", account = "points", percent = 1250 } },
      points_expiration:effects({ total = "5.00" }, { account = "points", percent = "12.5" }))
  end)

  it("refuses more than all, and nothing", function()
    assert.is_string(points_expiration:faults { account = "points", percent = 101 })
    assert.is_string(points_expiration:faults { account = "points", percent = 0 })
    assert.is_string(points_expiration:faults {})
  end)

  it("rounds down, and leaves other accounts alone", function()
    local club = test.rules { purchase = { { when = { key_phrase = "make_a_purchase" }, outcomes = {
      { outcome = "points_fixed", points = 10, account = "points", source = "promo" },
      { outcome = "points_fixed", points = 10, account = "status", source = "promo" },
      { outcome = "points_expiration", account = "points", percent = "33.33" } } } } }
    club:purchase("m-1", "5.00")
    assert.equal(7, club:balance "m-1")
    assert.equal(10, club:balance("m-1", "status"))
    club:verify()
  end)
end)
