local test = require "accrue.test"

describe("constraint store", function()
  local store = test.load("constraints/store.lua")

  local function at(name) return { total = "5.00", store = name } end

  it("includes", function()
    assert.is_true(store:accepts(at "A", { include = { "A", "B" } }))
    assert.is_false(store:accepts(at "C", { include = { "A", "B" } }))
  end)

  it("excludes", function()
    assert.is_false(store:accepts(at "A", { exclude = { "A" } }))
    assert.is_true(store:accepts(at "B", { exclude = { "A" } }))
  end)

  it("takes both lists: in include and not in exclude", function()
    local vars = { include = { "A", "B" }, exclude = { "B" } }
    assert.is_true(store:accepts(at "A", vars))
    assert.is_false(store:accepts(at "B", vars))
    assert.is_false(store:accepts(at "C", vars))
  end)

  it("fails an include and passes an exclude where the purchase names no store", function()
    assert.is_false(store:accepts({ total = "5.00" }, { include = { "A" } }))
    assert.is_true(store:accepts({ total = "5.00" }, { exclude = { "A" } }))
  end)

  it("reads the store of other events from their data", function()
    local join = { type = "member.join", data = { store = "A" } }
    assert.is_true(store:accepts(join, { include = { "A" } }))
    assert.is_false(store:accepts(join, { exclude = { "A" } }))
    assert.is_false(store:accepts({ type = "member.join", data = {} }, { include = { "A" } }))
  end)

  it("refuses no list at all", function()
    assert.matches("needs include or exclude", store:faults {})
  end)

  it("takes the stores of a group", function()
    local grouped = test.load("constraints/store.lua", nil, { program = {
      stores = { A = { groups = { "franchise" } }, B = { groups = { "own" } }, C = { groups = { "own", "franchise" } } } } })
    local vars = { include = { groups = { "franchise" }, stores = { "B" } } }
    assert.is_true(grouped:accepts(at "A", vars))
    assert.is_true(grouped:accepts(at "B", vars))
    assert.is_false(grouped:accepts(at "A", { exclude = { groups = { "franchise" } } }))
    assert.is_true(grouped:accepts(at "B", { exclude = { groups = { "franchise" } } }))
    assert.matches("Z", grouped:faults { include = { "Z" } })
  end)

  -- domain 16.14, example 4
  it("fires for a purchase that is at none of the stores", function()
    local shop = test.rules { purchase = { { when = { none = { { key_phrase = "make_a_purchase",
      constraints = { store = { include = { "A" } } } } } } } } }
    shop:purchase("m-1", at "A")
    assert.equal(0, shop:balance("m-1", "points"))
    shop:purchase("m-1", at "B")
    assert.equal(1, shop:balance("m-1", "points"))
  end)
end)
