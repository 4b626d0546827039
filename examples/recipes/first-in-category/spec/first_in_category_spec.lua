local test = require "accrue.test"

describe("recipe first-in-category", function()
  local club

  before_each(function() club = test.program "programs/first-in-category.json" end)
  after_each(function()
    club:verify()
    club:close()
  end)

  local function basket(...)
    local items = {}
    for number, category in ipairs { ... } do items[number] = { category = category, amount = "5.00" } end
    return { total = string.format("%d.00", 5 * #items), items = items }
  end

  local function points(...)
    club:purchase("m-1", basket(...))
    return club:balance "m-1"
  end

  it("pays for a category that is new, not for the first basket of all", function()
    assert.equal(0, points("bread", "cheese"))
    assert.equal(0, points("bread"))
    assert.equal(50, points("bread", "fish"))
    assert.equal(50, points("fish"))
  end)

  it("takes what lies under a category for the category", function()
    points("cheese/hard")
    assert.equal(0, points("cheese"))
  end)

  it("pays for the first wine, once", function()
    points("bread")
    assert.equal(350, points("wine/red", "bread"))
    assert.equal(350, points("wine/white"))
  end)

  it("pays for wine in the first basket too", function() assert.equal(300, points("wine")) end)

  it("gives each category of a basket once", function()
    local categories = test.load "key_phrases/new_categories.lua"
    assert.is_nil(categories:faults {})
    assert.is_string(categories:faults { count = 0 })
  end)
end)
