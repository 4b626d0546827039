local test = require "accrue.test"

describe("key phrase cups", function()
  local cups = test.load("key_phrases/cups.lua")

  local function receipt(...) return { total = "9.00", items = { ... } } end

  it("adds up the cups of the lines that count", function()
    local coffee = { amount = "7.80", context = { cups = 3, roast = "dark" } }
    local cake = { amount = "4.80" }
    assert.equal(3, cups:value(receipt(coffee, cake), { count = 1 }))
    assert.equal(6, cups:value(receipt(coffee, cake, coffee), { count = 1 }))
  end)

  it("wants a count of zero or more", function()
    assert.is_string(cups:faults { count = -1 })
    assert.is_string(cups:faults {})
    assert.is_nil(cups:faults { count = 3 })
  end)
end)

describe("key phrase roasts_tasted", function()
  local tasted = test.load("key_phrases/roasts_tasted.lua")

  local function flight(...)
    local items = {}
    for number, roast in ipairs { ... } do items[number] = { amount = "3.80", context = { roast = roast } } end
    return { total = "9.00", items = items }
  end

  it("counts each roast once", function()
    assert.is_true(tasted:test(flight("dark", "light"), { count = 2 }))
    assert.is_false(tasted:test(flight("dark", "dark"), { count = 2 }))
    assert.is_false(tasted:test(flight("dark", "light", "dark"), { count = 3 }))
  end)

  it("takes lines without a roast for nothing", function()
    local order = flight("dark", "light")
    order.items[3] = { amount = "4.80" }
    assert.is_false(tasted:test(order, { count = 3 }))
  end)
end)
