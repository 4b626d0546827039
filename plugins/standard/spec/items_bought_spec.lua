local test = require "accrue.test"

describe("key phrase items_bought", function()
  local items_bought = test.load("key_phrases/items_bought.lua")

  it("measures quantities in thousandths", function()
    local receipt = { total = "9.00", items = { { sku = "A", amount = "4.00", quantity = "2.5" }, { sku = "B", amount = "5.00" } } }
    assert.equal(3500, items_bought:value(receipt, { count = 1 }))
  end)

  it("adds up over purchases, halves too", function()
    local shop = test.rules { purchase = { { when = { all = { { key_phrase = "make_a_purchase" },
      { key_phrase = "items_bought", operator = ">=", count = 3 } } } } } }
    local function buy(quantity) shop:purchase("m-1",
      { total = "9.00", items = { { sku = "A", amount = "9.00", quantity = quantity } } }) end
    buy "1.5"
    buy "1.4"
    assert.equal(0, shop:balance("m-1", "points"))
    buy "0.1"
    assert.equal(1, shop:balance("m-1", "points"))
  end)
end)
