local test = require "accrue.test"

describe("outcome reward_store", function()
  local reward_store = test.load("outcomes/reward_store.lua")

  it("grants, or revokes", function()
    assert.same({ { effect = "grant_store", store = "gold-shop" } }, reward_store:effects({ total = "5.00" }, { store = "gold-shop" }))
    assert.same({ { effect = "revoke_store", store = "gold-shop" } },
      reward_store:effects({ total = "5.00" }, { store = "gold-shop", access = "revoke" }))
  end)

  it("refuses a reward store that is not there", function()
    assert.matches("unknown reward store `gold%-shp`; did you mean `gold%-shop`", reward_store:faults { store = "gold-shp" })
  end)

  it("opens the store to those who are not of its levels", function()
    local club = test.rules { purchase = { { when = { key_phrase = "make_a_purchase" }, outcomes = {
      { outcome = "points_fixed", points = 500, account = "points", source = "promo" },
      { outcome = "reward_store", store = "gold-shop" } } } } }
    local bought = { type = "offer.purchase", member = "m-1", data = { offer = "wash5" } }
    assert.equal("store_closed", club:send(bought).error.code)
    club:purchase("m-1", "5.00")
    assert.same({ "gold-shop" }, { table.unpack(club:member("m-1").reward_stores) })
    assert.equal("purchased", club:apply(bought).offers[1].state)
    assert.equal(300, club:balance "m-1")
  end)
end)
