local test = require "accrue.test"

describe("key phrase items_purchased", function()
  local items_purchased = test.load("key_phrases/items_purchased.lua")

  it("adds quantities up, a line without one counting 1, in thousandths", function()
    local receipt = { total = "9.00", items = { { sku = "A", amount = "4.00", quantity = "2" }, { sku = "B", amount = "5.00" } } }
    assert.equal(3000, items_purchased:value(receipt, { count = 3 }))
    assert.equal(500, items_purchased:value({ total = "9.00", items = { { sku = "A", amount = "9.00", quantity = "0.5" } } },
      { count = 3 }))
    assert.equal(0, items_purchased:value({ total = "9.00" }, { count = 3 }))
  end)

  it("compares a count with whole items", function()
    local shop = test.rules { purchase = { { when = { key_phrase = "items_purchased", operator = ">=", count = 3 } } } }
    local function buy(quantity) shop:purchase("m-1",
      { total = "9.00", items = { { sku = "A", amount = "9.00", quantity = quantity } } }) end
    buy "2"
    buy "2.999"
    assert.equal(0, shop:balance("m-1", "points"))
    buy "3"
    buy(4)
    assert.equal(2, shop:balance("m-1", "points"))
  end)

  it("does not count lines that cost nothing, unless the program says so", function()
    local function fired(settings)
      local shop = test.rules { settings = settings, purchase = { { when = { key_phrase = "items_purchased", count = 2 } } } }
      shop:purchase("m-1", { total = "9.00", items = { { sku = "A", amount = "9.00" }, { sku = "GIFT", amount = "0.00" } } })
      return shop:balance("m-1", "points")
    end
    assert.equal(0, fired(nil))
    assert.equal(1, fired { zero_priced_lines = true })
  end)
end)
