local test = require "accrue.test"

describe("key phrase basket_variety", function()
  local variety = test.load("key_phrases/basket_variety.lua")

  it("counts each product once, however many lines or pieces it has", function()
    local heart, cake = { sku = "85123A", quantity = "6", amount = "15.30" }, { sku = "22423", amount = "12.75" }
    assert.equal(2, variety:value({ total = "40.00", items = { heart, cake, heart } }, { count = 2 }))
    assert.equal(0, variety:value({ total = "40.00" }, { count = 2 }))
  end)
end)

describe("constraint country", function()
  local country = test.load("constraints/country.lua")

  local function parcel(name) return { total = "10.00", country = name } end

  it("includes and excludes", function()
    assert.is_true(country:accepts(parcel "EIRE", { include = { "EIRE", "France" } }))
    assert.is_false(country:accepts(parcel "Spain", { include = { "EIRE", "France" } }))
    assert.is_false(country:accepts(parcel "Spain", { exclude = { "Spain" } }))
  end)

  it("fails include and passes exclude where no country is given", function()
    assert.is_false(country:accepts(parcel(nil), { include = { "EIRE" } }))
    assert.is_true(country:accepts(parcel(nil), { exclude = { "EIRE" } }))
  end)
end)
