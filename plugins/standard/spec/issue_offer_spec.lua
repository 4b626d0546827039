local test = require "accrue.test"

describe("outcome issue_offer", function()
  local issue_offer = test.load("outcomes/issue_offer.lua")

  it("issues one, or as many as said", function()
    assert.same({ { effect = "issue_offer", offer = "wash5", quantity = 1 } }, issue_offer:effects({ total = "5.00" }, { offer = "wash5" }))
    assert.same({ { effect = "issue_offer", offer = "wash5", quantity = 3 } },
      issue_offer:effects({ total = "5.00" }, { offer = "wash5", quantity = 3 }))
  end)

  it("refuses an offer that is not there, and none at all", function()
    assert.matches("did you mean `wash5`", issue_offer:faults { offer = "wash" })
    assert.matches("quantity", issue_offer:faults { offer = "wash5", quantity = 0 })
  end)

  it("gives what the offer's limit leaves, and says what it does not", function()
    local club = test.rules { purchase = { { when = { key_phrase = "make_a_purchase" },
      outcomes = { { outcome = "issue_offer", offer = "ten_off", quantity = 4 } } } } }
    local reply = club:purchase("m-1", "5.00")
    assert.equal(3, #reply.offers)
    assert.same({ percent = "10" }, reply.offers[1].discount)
    assert.equal(3, club:member("m-1").offer_count)
    club:verify()
  end)
end)
