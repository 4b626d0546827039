local test = require "accrue.test"

describe("recipe average-basket", function()
  local club

  before_each(function() club = test.program "programs/average-basket.json" end)
  after_each(function()
    club:verify()
    club:close()
  end)

  local function points(...)
    for _, total in ipairs { ... } do club:purchase("m-1", total) end
    return club:balance "m-1"
  end

  it("wants five baskets", function()
    assert.equal(0, points("90.00", "90.00", "90.00", "90.00"))
    assert.equal(200, points "0.50")
  end)

  it("is exact: a cent of two hundred dollars is missed", function()
    assert.equal(0, points("39.99", "40.00", "40.00", "40.00", "40.00"))
    assert.equal(200, points "40.00")
  end)

  it("looks at the last five alone", function()
    assert.equal(0, points("900.00", "10.00", "10.00", "10.00", "10.00", "10.00") - 200)
    club:at "2026-02-01"
    assert.equal(200, points("10.00", "10.00"))
  end)

  it("pays once a month", function()
    assert.equal(200, points("50.00", "50.00", "50.00", "50.00", "50.00", "50.00"))
    club:at "2026-02-01"
    assert.equal(400, points "50.00")
  end)

  it("measures a basket by what counts", function()
    local average = test.load "key_phrases/average_basket.lua"
    assert.equal(2600, average:value({ total = "30.00", tax = "4.00", items = { { amount = "26.00" } } }, { amount = "40.00" }))
  end)
end)
