local test = require "accrue.test"

describe("condition type profile", function()
  it("looks at the member whatever woke the rule", function()
    local club = test.rules {
      event = { { when = { all = { { key_phrase = "trigger_an_event", event = "member.update" },
        { key_phrase = "attribute_is", key = "city", value = "Leeds" } } } } },
      purchase = { { when = { all = { { key_phrase = "make_a_purchase" }, { key_phrase = "level_is", level = "Member" } } } } },
    }
    club:apply { type = "member.join", member = "m-1", data = { attributes = { city = "York" } } }
    club:purchase("m-1", "5.00")
    assert.equal(1, club:balance("m-1"))
    club:apply { type = "member.update", member = "m-1", data = { attributes = { city = "Leeds" } } }
    assert.equal(2, club:balance("m-1"))
  end)

  it("takes no constraints", function()
    assert.matches("does not go with", test.load("key_phrases/has_tag.lua"):faults {
      tag = "vip", constraints = { store = { include = { "S1" } } } })
  end)
end)
