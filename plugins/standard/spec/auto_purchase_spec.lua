local test = require "accrue.test"

describe("outcome auto_purchase", function()
  local auto_purchase = test.load("outcomes/auto_purchase.lua")

  it("asks the core to buy while the balance is there", function()
    assert.same({ { effect = "purchase_offer", offer = "ten_off", threshold = 200 } },
      auto_purchase:effects({ total = "5.00" }, { offer = "ten_off", threshold = 200 }))
    assert.same({ { effect = "purchase_offer", offer = "ten_off", threshold = 1, account = "points" } },
      auto_purchase:effects({ total = "5.00" }, { offer = "ten_off", account = "points" }))
  end)

  it("refuses an account that the offer is not priced in", function()
    assert.matches("priced in `points`", auto_purchase:faults { offer = "ten_off", account = "fine" })
    assert.is_string(auto_purchase:faults { offer = "ten_off", threshold = -1 })
  end)

  it("buys every time the points are there", function()
    local club = test.rules { purchase = { { when = { key_phrase = "make_a_purchase" }, outcomes = {
      { outcome = "points_variable", points = 1, per = "1.00", account = "points", source = "promo" },
      { outcome = "auto_purchase", offer = "ten_off", threshold = 200 } } } } }
    assert.equal(0, #club:purchase("m-1", "199.00").offers)
    assert.equal(2, #club:purchase("m-1", "231.00").offers)
    assert.equal(30, club:balance "m-1")
    club:verify()
  end)
end)
