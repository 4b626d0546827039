local test = require "accrue.test"

describe("key phrase nth_event", function()
  local function played(purchases)
    local shop = test.rules { purchase = { { when = { all = { { key_phrase = "make_a_purchase" },
      { key_phrase = "nth_event", event = "purchase", count = 3 } } } } } }
    local balances = {}
    for i = 1, purchases do
      shop:purchase("m-1", "5.00")
      balances[i] = shop:balance("m-1", "points")
    end
    return balances
  end

  it("is true at that one", function()
    assert.same({ 0, 0, 1, 1, 1, 1, 1 }, played(7))
  end)
end)
