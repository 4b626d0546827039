local test = require "accrue.test"

describe("outcome stamp_points", function()
  local shop

  before_each(function()
    shop = test.rules {
      purchase = { {
        when = { key_phrase = "make_a_purchase" },
        outcomes = { { outcome = "stamp_points", stamps = 3, cups = 2, account = "points", source = "promo" } },
      } },
    }
  end)

  after_each(function() shop:close() end)

  local function poured(...)
    local items = {}
    for number, cups in ipairs { ... } do items[number] = { amount = "4.00", context = { cups = cups } } end
    return { total = "9.00", items = items }
  end

  it("gives stamps for whole groups of cups", function()
    shop:purchase("m-1", poured(2, 3))
    assert.equal(6, shop:balance("m-1", "points"))
    shop:purchase("m-1", poured(2))
    assert.equal(9, shop:balance("m-1", "points"))
  end)

  it("gives nothing for less than a group, and makes no entry of it", function()
    shop:purchase("m-2", poured(1))
    shop:purchase("m-2", { total = "4.80", items = { { amount = "4.80" } } })
    assert.equal(0, shop:balance("m-2", "points"))
    assert.equal(0, #shop:ledger("m-2"))
  end)

  it("stands in purchase rules alone", function()
    assert.has_error(function()
      test.rules { event = { {
        when = { key_phrase = "trigger_an_event", event = "badge" },
        outcomes = { { outcome = "stamp_points", stamps = 1, cups = 1, account = "points", source = "promo" } },
      } } }
    end)
  end)
end)
