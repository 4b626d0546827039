local test = require "accrue.test"

describe("outcome spend_points", function()
  local spend_points = test.load("outcomes/spend_points.lua")

  it("spends points of an account", function()
    assert.same({ { effect = "spend", account = "points", points = 5 } },
      spend_points:effects({ total = "5.00" }, { points = 5, account = "points" }))
    assert.matches("more than 0", spend_points:faults { points = 0, account = "points" })
  end)

  it("spends them whole or not at all", function()
    local club = test.rules { purchase = { { when = { key_phrase = "make_a_purchase" }, outcomes = {
      { outcome = "points_fixed", points = 40, account = "points", source = "promo" },
      { outcome = "spend_points", points = 70, account = "points" } } } } }
    club:purchase("m-1", "5.00")
    assert.equal(40, club:balance "m-1")
    club:purchase("m-1", "5.00")
    assert.equal(10, club:balance "m-1")
    club:verify()
  end)
end)
