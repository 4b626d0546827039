// Everything that is wrong with a program is said at once, each fault at its place.
#include "base/buf.h"
#include "program/plan.h"
#include "fault_fixture.h"

static void one_warning(const char *text, const char *code, const char *part) {
  world_plan(&world, text);
  if (world.diag.warnings != 1 || !find(ACR_WARNING, code, part)) {
    show_all();
    fail_msg("wanted one warning [%s] with \"%s\" of\n%s", code, part, text);
  }
}

#define BUY "{\"key_phrase\":\"make_a_purchase\"}"
#define RULE(when)                                                                                                                         \
  "{\"rule\":\"r\",\"when\":" when ",\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":1,\"account\":\"points\",\"source\":\"base\"}" \
                                   "]}"

static void of_programs(void **state) {
  (void)state;
  static const struct sample samples[] = {
      {"{\"program\":\"club\",}", "json_syntax", ""},
      {"[]", "type", "wanted a program as an object"},
      {"{\"title\":\"x\"}", "missing", "`program` is missing"},
      {"{\"program\":\"\"}", "name", "1 to 100 bytes"},
      {"{\"program\":\"a\\nb\"}", "name", "a\\nb"},
      {"{\"program\":7}", "type", "found number 7"},
      {"{\"program\":\"club\",\"levls\":[]}", "unknown_field", "did you mean `levels`"},
      {"{\"program\":\"club\",\"currency\":\"usd\"}", "type", "ISO 4217"},
      {"{\"program\":\"club\",\"timezone\":\"Mars/Base\"}", "unknown_name", "time zone `Mars/Base`"},
      {"{\"program\":\"club\",\"effective_from\":\"2026-02-30\"}", "type", "for `effective_from`, but February 2026 has no day 30"},
      {"{\"program\":\"club\",\"amount_basis\":\"gross\"}", "choice", "\"net\", \"subtotal\" or \"total\""},
      {"{\"program\":\"club\",\"settings\":{\"promot\":\"one\"}}", "unknown_name", "did you mean `promote`"},
      {"{\"program\":\"club\",\"settings\":{\"retro_tier\":\"yes\"}}", "type", "`retro_tier`"},
      {"{\"program\":\"club\",\"settings\":{\"max_late\":400}}", "type", "found number 400 for setting `max_late`"},
      {"{\"program\":\"club\",\"settings\":{\"max_late\":\"0 days\"}}", "type", "wanted a duration"},
      {"{\"program\":\"club\",\"settings\":{\"zero_priced_lines\":\"yes\"}}", "type", "wanted true or false"},
      {"{\"program\":\"club\",\"accounts\":{\"p\":{\"default\":true},\"q\":{\"default\":true,\"decimals\":1}}}",
       "default", "the same `decimals`"},
      {"{\"program\":\"club\",\"accounts\":{\"p\":{\"default\":true,\"spendable\":false}}}", "default", "cannot be spent"},
      {"{\"program\":\"club\",\"accounts\":{\"p\":{\"decimals\":7}}}", "range", "0 to 6"},
      {"{\"program\":\"club\",\"accounts\":{\"p\":{\"max_balance\":\"1.5\"}}}", "decimals", "whole number"},
      {"{\"program\":\"club\",\"accounts\":{\"p\":{\"defualt\":true}}}", "unknown_field", "did you mean `default`"},
      {"{\"program\":\"club\",\"accounts\":{\"p\":{}},\"sources\":{\"s\":{\"accounts\":[\"q\"]}}}", "unknown_name", "unknown account `q`"},
      {"{\"program\":\"club\",\"accounts\":{\"p\":{\"decimals\":1}},\"sources\":{\"s\":{\"inventory\":\"1.25\"}}}",
       "decimals", "at most 1 decimal"},
      {"{\"program\":\"club\",\"accounts\":{\"p\":{\"decimals\":1}},\"sources\":{\"s\":{\"inventory\":-1}}}",
       "range", "found number -1 for `inventory`, wanted 0 to"},
      {"{\"program\":\"club\",\"accounts\":{\"p\":{\"decimals\":1}},\"sources\":{\"s\":{\"inventory\":99999999999999}}}",
       "range", "wanted 0 to 9223372036854 points"},
      {"{\"program\":\"club\",\"accounts\":{\"p\":{\"decimals\":1}},\"sources\":{\"s\":{\"inventory\":\"all\"}}}",
       "type", "found text"},
      {"{\"program\":\"club\",\"accounts\":{\"p\":{\"decimals\":1}},\"sources\":{\"s\":{\"limit\":{\"per\":\"day\"}}}}",
       "missing", "`points` is missing from the limit of source `s`"},
      {"{\"program\":\"club\",\"accounts\":{\"p\":{\"decimals\":1}},\"sources\":{\"s\":{\"limit\":{\"points\":5,\"per\":\"hour\"}}}}",
       "choice", "for `per`"},
      {"{\"program\":\"club\",\"accounts\":{\"p\":{\"decimals\":1}},\"sources\":{\"s\":{\"limit\":{\"points\":5,\"for\":\"everyone\"}}}}",
       "choice", "\"all\" or \"member\" for `for`"},
      {"{\"program\":\"club\",\"accounts\":{\"p\":{\"decimals\":1}},\"sources\":{\"s\":{\"limit\":{\"points\":5,\"times\":1}}}}",
       "unknown_field", "has no field `times`"},
      {"{\"program\":\"club\",\"accounts\":{\"p\":{\"decimals\":1}},\"sources\":{\"s\":{\"limit\":[7]}}}",
       "type", "wanted a source's limit as an object"},
      {"{\"program\":\"club\",\"links\":{\"referrer\":{\"mx\":1}}}", "unknown_field", "did you mean `max`"},
      {"{\"program\":\"club\",\"levels\":[]}", "type", "an empty list"},
      {"{\"program\":\"club\",\"levels\":[{\"level\":\"A\",\"threshold\":{\"spend\":1}},{\"level\":\"A\",\"threshold\":{\"spend\":2}}]}",
       "duplicate", "two levels"},
      {"{\"program\":\"club\",\"levels\":[{\"level\":\"A\",\"threshold\":{\"spend\":0}}]}", "range", "more than 0"},
#define LEVEL(more) "{\"program\":\"club\",\"levels\":[{\"level\":\"A\",\"threshold\":{\"spend\":1}," more "}]}"
      {LEVEL("\"maintenance\":[{\"rule\":\"r\",\"when\":\"no rules\"}]"), "missing", "`maintenance_schedule` is missing"},
      {LEVEL("\"maintenance_schedule\":{}"), "missing", "`every` is missing"},
      {LEVEL("\"maintenance_schedule\":{\"every\":\"5 hours\"}"), "type", "whole days"},
      {LEVEL("\"maintenance_schedule\":{\"every\":\"year\",\"demote_to\":\"low\"}"), "choice", "\"lowest\""},
      {LEVEL("\"maintenance_schedule\":{\"every\":\"year\",\"relative_to\":\"level_exit\"}"), "choice", "\"level_entry\""},
      {LEVEL("\"maintenance_schedule\":{\"every\":\"year\",\"day\":\"01-31\"}"), "range", "\"calendar\""},
      {LEVEL("\"maintenance_schedule\":{\"every\":\"week\",\"relative_to\":\"calendar\",\"day\":3}"), "type", "a weekday"},
      {LEVEL("\"maintenance_schedule\":{\"every\":\"month\",\"relative_to\":\"calendar\",\"day\":32}"), "type", "from 1 to 31"},
      {LEVEL("\"maintenance_schedule\":{\"every\":\"year\",\"relative_to\":\"calendar\",\"day\":\"02-30\"}"), "type", "day of the year"},
      {LEVEL("\"maintenance_schedule\":{\"every\":\"year\",\"grase\":\"9 days\"}"), "unknown_field", "did you mean `grace`"},
      {LEVEL("\"expiry\":{}"), "missing", "`mode` is missing"},
      {LEVEL("\"expiry\":{\"mode\":\"inactivity_spend\"}"), "missing", "`after` is missing"},
      {LEVEL("\"expiry\":{\"mode\":\"until_anniversary\",\"after\":\"9 days\"}"), "range", "`after` goes with"},
      {LEVEL("\"expiry\":{\"mode\":\"until_birthday\"}"), "choice", "\"until_anniversary\""},
  };
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) one_fault(samples[i].text, samples[i].code, samples[i].part);
}

#define OFFER(fields) "{\"program\":\"club\",\"currency\":\"USD\",\"accounts\":{\"p\":{},\"q\":{\"decimals\":2}}," \
                      "\"stores\":[\"S1\"],\"offers\":{\"o\":{" fields "},\"sold\":{\"price\":5,\"account\":\"p\"}}"

static void of_offers(void **state) {
  (void)state;
  static const struct sample samples[] = {
      {"{\"program\":\"club\",\"offers\":[]}", "type", "offers by name as an object"},
      {"{\"program\":\"club\",\"offers\":{\"o\":5}}", "type", "an offer as an object"},
      {"{\"program\":\"club\",\"offers\":{\"\":{}}}", "name", "an offer's name"},
      {OFFER("\"prise\":5") "}", "unknown_field", "did you mean `price`"},
      {OFFER("\"title\":5") "}", "type", "wanted a title as a text"},
      {OFFER("\"price\":5") "}", "missing", "the program has no default account"},
      {OFFER("\"account\":\"p\"") "}", "missing", "it has no `price`"},
      {OFFER("\"price\":5,\"account\":\"pp\"") "}", "unknown_name", "unknown account `pp`"},
      {OFFER("\"price\":\"0.5\",\"account\":\"p\"") "}", "decimals", "a whole number"},
      {OFFER("\"price\":\"0.505\",\"account\":\"q\"") "}", "decimals", "at most 2 decimals"},
      {OFFER("\"price\":-1,\"account\":\"p\"") "}", "range", "0 or more"},
      {OFFER("\"valid\":\"30 dyas\"") "}", "type", "a duration such as \"30 days\""},
      {OFFER("\"valid\":{}") "}", "missing", "an empty `valid`"},
      {OFFER("\"valid\":{\"form\":\"2026-01-01\",\"to\":\"2026-02-01\"}") "}", "unknown_field", "did you mean `from`"},
      {OFFER("\"valid\":{\"from\":\"2026-02-30\"}") "}", "type", "for `from`, but February 2026 has no day 30"},
      {OFFER("\"valid\":{\"from\":\"2026-02-02\",\"to\":\"2026-02-01\"}") "}", "range", "never valid"},
      {OFFER("\"limit\":{}") "}", "missing", "`times` is missing"},
      {OFFER("\"limit\":{\"times\":0}") "}", "range", "1 or more"},
      {OFFER("\"limit\":{\"times\":1,\"per\":\"hour\"}") "}", "choice", "\"year\" or \"forever\""},
      {OFFER("\"discount\":{}") "}", "missing", "a discount of nothing"},
      {OFFER("\"discount\":{\"percent\":5,\"amount\":5}") "}", "missing", "several kinds of discount"},
      {OFFER("\"discount\":{\"percent\":\"100.01\"}") "}", "range", "at most 100"},
      {OFFER("\"discount\":{\"amount\":0}") "}", "range", "more than 0"},
      {OFFER("\"discount\":{\"amount\":\"1.005\"}") "}", "decimals", "at most 2 decimals"},
      {OFFER("\"discount\":{\"free\":0}") "}", "range", "1 item or more"},
      {OFFER("\"discount\":{\"percent\":5,\"catalogue\":{}}") "}", "unknown_field", "did you mean `catalog`"},
      {OFFER("\"discount\":{\"percent\":5,\"catalog\":{}}") "}", "missing", "an empty `catalog`"},
      {OFFER("\"discount\":{\"percent\":5,\"catalog\":{\"include\":{}}}") "}", "missing", "a catalog of nothing"},
      {OFFER("\"redeem\":{\"stor\":[\"S1\"]}") "}", "unknown_name", "unknown constraint `stor`"},
      {OFFER("\"redeem\":{\"store\":{\"include\":[\"S2\"]}}") "}", "unknown_name", "unknown store `S2`"},
      {OFFER("\"redeem\":{\"catalog\":{\"include\":{\"items\":[\"x\"]}}}") "}", "constraint_not_allowed", "an `offer.redeem` event"},
      {OFFER("\"warn\":\"3 days\"") "}", "missing", "which has none"},
      {OFFER("\"valid\":\"9 days\",\"warn\":3") "}", "type", "for `warn`, wanted a duration"},
      {OFFER("") ",\"reward_stores\":5}", "type", "reward stores by name as an object"},
      {OFFER("") ",\"reward_stores\":{\"r\":{}}}", "missing", "`offers` is missing"},
      {OFFER("") ",\"reward_stores\":{\"r\":{\"offers\":[\"slod\"]}}}", "unknown_name", "unknown offer `slod`; did you mean `sold`"},
      {OFFER("") ",\"reward_stores\":{\"r\":{\"offers\":[\"o\"]}}}", "missing", "offer `o` has no `price`"},
      {OFFER("") ",\"reward_stores\":{\"r\":{\"offers\":[\"sold\"],\"levels\":[\"Gold\"]}}}", "unknown_name", "unknown level `Gold`"},
      {OFFER("") ",\"reward_stores\":{\"r\":{\"offers\":[\"sold\"],\"level\":[]}}}", "unknown_field", "did you mean `levels`"},
  };
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) one_fault(samples[i].text, samples[i].code, samples[i].part);
}

static void of_conditions(void **state) {
  (void)state;
  static const struct sample samples[] = {
    {"{\"key_phrase\":\"make_a_purchas\"}", "unknown_name", "did you mean `make_a_purchase`"},
    {"{\"phrase\":\"x\"}", "missing", "`key_phrase` is missing"},
    {"{}", "missing", "`key_phrase` is missing"},
    {"7", "type", "found number 7"},
    {"\"no rules\"", "no_rules", "entrance and maintenance only"},
    {"[" BUY ",\"no rules\"]", "no_rules", "stands alone"},
    {"[]", "empty_group", "empty group"},
    {"{\"any\":[]}", "empty_group", "empty group"},
    {"{\"any\":" BUY "}", "type", "a list of conditions"},
    {"{\"any\":[" BUY "],\"all\":[" BUY "]}", "group", "beside"},
    {"{\"all\":[" BUY "],\"constraint\":{}}", "unknown_field", "did you mean `constraints`"},
    {"{\"key_phrase\":\"make_a_purchase\",\"fire\":\"crossing\"}", "unknown_field", "`fire` goes with conditions over history"},
    {"{\"key_phrase\":\"make_a_purchase\",\"every\":3}", "unknown_field", "`every` goes with conditions over history"},
    {"{\"key_phrase\":\"total_spend\"}", "missing", "`amount` (money) is missing from key phrase `total_spend`"},
    {"{\"key_phrase\":\"total_spend\",\"amout\":\"5.00\",\"amount\":\"5.00\"}", "unknown_field", "did you mean `amount`"},
    {"{\"key_phrase\":\"total_spend\",\"amount\":\"five\"}", "type", "found text \"five\" for `amount`, wanted a decimal such as \"5.00\""},
    {"{\"key_phrase\":\"total_spend\",\"amount\":true}", "type", "found true"},
    {"{\"key_phrase\":\"total_spend\",\"amount\":\"5.001\"}", "decimals", "at most 2 decimals"},
    {"{\"key_phrase\":\"total_spend\",\"amount\":1e2}", "type", "found number 1e2"},
    {"{\"key_phrase\":\"total_spend\",\"amount\":\"12345678901234.56\"}", "digits", "15 digits"},
    {"{\"key_phrase\":\"total_spend\",\"amount\":\"5\",\"operator\":\"!=\"}", "operator", "wanted an operator"},
    {"{\"key_phrase\":\"total_spend\",\"amount\":\"0.00\",\"operator\":\"<\"}", "zero_less_than", "may not be zero"},
    {"[" BUY ",{\"key_phrase\":\"complete_transactions\",\"count\":0,\"operator\":\"at most\"}]", "zero_less_than", "`count`"},
    {"[" BUY ",{\"key_phrase\":\"complete_transactions\",\"count\":-1}]", "range", "at least 0"},
    {"[" BUY ",{\"key_phrase\":\"spend_currency\",\"amount\":\"10000.00\"}]", "range", "at most 9999.999"},
    {"{\"key_phrase\":\"total_spend\",\"amount\":5,\"limit\":{\"times\":1}}", "unknown_field", "`limit` is a field of its rule, not of"},
    {"{\"key_phrase\":\"total_spend\",\"amount\":5,\"timeframe\":{\"last\":\"1 day\"}}", "timeframe", "over history"},
    {"{\"key_phrase\":\"total_spend\",\"amount\":5,\"include_current\":true}", "unknown_field", "over history"},
    {"{\"key_phrase\":\"total_spend\",\"amount\":5,\"condition\":\"event\"}", "unknown_name", "condition type of `total_spend`"},
    {"{\"key_phrase\":\"purchase_attribute\",\"key\":\"a\",\"value\":5}", "type", "found number 5"},
    {"{\"key_phrase\":\"purchase_attribute\",\"key\":\"a\",\"value\":\"5\",\"mode\":\"equals\"}", "unknown_name", "did you mean `equal`"},
    {"{\"key_phrase\":\"bulky\",\"amount\":7}", "component", "seven is too much"},
    {"{\"key_phrase\":\"bulky\",\"amount\":1,\"step\":10}", "range", "at most 9"},
    {"[" BUY ",{\"key_phrase\":\"in_audience\",\"audience\":\"staf\"}]", "unknown_name", "unknown audience `staf`; did you mean `staff`"},
    {"[" BUY ",{\"key_phrase\":\"trigger_an_event\",\"event\":\"survy\"}]", "unknown_name", "did you mean `survey`"},
    {"[" BUY ",{\"key_phrase\":\"trigger_an_event\",\"event\":\"purchase\"}]", "event_type", "no custom event"},
    {"[" BUY ",{\"key_phrase\":\"trigger_an_event\",\"event\":\"return\"}]", "event_type", "`return` wakes no rule"},
    {"{\"key_phrase\":\"in_audience\",\"audience\":\"staff\"}", "no_trigger", "wakes this purchase rule"},
    {"{\"key_phrase\":\"trigger_an_event\",\"event\":\"survey\"}", "no_trigger", "wakes this purchase rule"},
  };
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
    one_fault(program_when(&world, samples[i].text), samples[i].code, samples[i].part);
  }
}

#define NARROWED(constraints) "{\"key_phrase\":\"make_a_purchase\",\"constraints\":{" constraints "}}"
#define PAST(timeframe) "[" BUY ",{\"key_phrase\":\"spend_currency\",\"amount\":5,\"timeframe\":" timeframe "}]"
static void of_constraints_and_time(void **state) {
  (void)state;
  static const struct sample samples[] = {
      {NARROWED("\"stor\":{}"), "unknown_name", "did you mean `store`"},
      {NARROWED("\"store\":{\"include\":[\"S9\"]}"), "unknown_name", "unknown store `S9`"},
      {NARROWED("\"store\":{\"include\":{\"groups\":[\"nort\"]}}"), "unknown_name", "did you mean `north`"},
      {NARROWED("\"store\":{\"includes\":[\"S1\"]}"), "unknown_field", "did you mean `include`"},
      {NARROWED("\"store\":\"S1\""), "type", "as an object"},
      {NARROWED("\"store\":[]"), "missing", "empty list"},
      {NARROWED("\"channel\":{}"), "missing", "`include` (set) is missing"},
    {NARROWED("\"channel\":[7]"), "type", "found number 7"},
      {NARROWED("\"catalog\":{\"include\":{\"categories\":[\"fule\"]}}"), "unknown_name", "unknown category `fule`"},
      {NARROWED("\"catalog\":{\"include\":{\"items\":[\"col\"]}}"), "unknown_name", "did you mean `cola`"},
      {NARROWED("\"catalog\":{\"include\":{}}"), "missing", "catalog of nothing"},
      {"[" BUY ",{\"key_phrase\":\"trigger_an_event\",\"event\":\"survey\",\"constraints\":{\"share\":{}}}]", "constraint_not_allowed",
       "constraint `share` takes a share of a purchase or of points, which condition type `event` does not look at"},
      {"[" BUY ",{\"key_phrase\":\"in_audience\",\"audience\":\"staff\",\"constraints\":{\"share\":{}}}]", "constraint_not_allowed",
       "condition type `audience` does not look at"},
      {NARROWED("\"point_account\":\"points\""), "constraint_not_allowed",
       "does not go with condition type `purchase`; it goes with `past_points`"},
      {"[" BUY ",{\"key_phrase\":\"visit\",\"cost\":1,\"constraints\":{\"channel\":\"pos\"}}]", "constraint_not_allowed",
       "`service_visit`"},
      {"{\"all\":[" BUY "],\"constraints\":{\"point_account\":\"points\"}}", "constraint_not_allowed", "any condition of this group"},
      {PAST("{\"last\":\"30 dys\"}"), "timeframe", "wanted a duration"},
      {PAST("{\"last\":\"0 days\"}"), "timeframe", "wanted a duration"},
      {PAST("{\"last\":\"0 times\"}"), "timeframe", "wanted a duration"},
      {PAST("{\"this\":\"decade\"}"), "timeframe", "\"year\""},
      {PAST("{\"this\":\"3 months\"}"), "timeframe", "\"year\""},
      {PAST("{\"from\":\"2026-06-01\",\"to\":\"2026-05-31\"}"), "timeframe", "later than"},
      {PAST("{\"since\":\"birth\"}"), "timeframe", "\"joining\""},
      {PAST("{\"since\":\"joining\",\"each\":\"month\"}"), "timeframe", "`each` goes with"},
      {PAST("{\"this\":\"month\",\"rolling\":true}"), "timeframe", "`rolling` goes with"},
      {PAST("{\"lst\":\"1 day\",\"since\":\"joining\"}"), "unknown_field", "did you mean `last`"},
      {PAST("{}"), "timeframe", "without a bound"},
      {PAST("\"forever\""), "timeframe", "\"lifetime\""},
  };
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
    one_fault(program_when(&world, samples[i].text), samples[i].code, samples[i].part);
  }
}

static void of_rules(void **state) {
  (void)state;
  static const struct sample samples[] = {
      {",\"purchase\":{}", "type", "a list of rules"},
      {",\"purchase\":[7]", "type", "wanted a rule as an object"},
      {",\"purchase\":[{\"rule\":\"r\",\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":1,\"account\":\"points\",\"source\":\"base\"}"
       "]}]",
       "missing", "`when` is missing"},
      {",\"purchase\":[" RULE(BUY) "," RULE(BUY) "]", "duplicate", "the id `r`"},
      {",\"purchase\":[\"nowhere\"]", "unknown_name", "there is no file DIR/rules/nowhere.json"},
      {",\"purchase\":[\"../secret\"]", "unknown_name", "unknown rule"},
      {",\"purchase\":[{\"rule\":\"r\",\"limit\":{\"times\":0},\"when\":" BUY "}]", "range", "1 to 1000000000"},
      {",\"purchase\":[{\"rule\":\"r\",\"limit\":{\"times\":\"1.5\"},\"when\":" BUY "}]", "decimals", "whole number"},
      {",\"purchase\":[{\"rule\":\"r\",\"limit\":{\"per\":\"day\"},\"when\":" BUY "}]", "missing", "`times` is missing"},
      {",\"purchase\":[{\"rule\":\"r\",\"limit\":{\"times\":1,\"per\":\"fortnight\"},\"when\":" BUY "}]",
       "choice", "\"month\", \"year\" or \"forever\""},
      {",\"purchase\":[{\"rule\":\"r\",\"limit\":{\"times\":1,\"per\":\"2 days\"},\"when\":" BUY "}]",
       "choice", "found text \"2 days\" for `per`"},
      {",\"purchase\":[{\"rule\":\"r\",\"limit\":{\"times\":1,\"pr\":\"day\"},\"when\":" BUY "}]", "unknown_field", "did you mean `per`"},
      {",\"purchase\":[{\"rule\":\"r\",\"limit\":\"once\",\"when\":" BUY "}]", "type", "wanted a limit such as"},
      {",\"purchase\":[{\"rule\":\"r\",\"limit\":-1,\"when\":" BUY "}]", "range", "found number -1"},
      {",\"purchase\":[{\"rule\":\"r\",\"from\":\"2026-02-30\",\"when\":" BUY "}]", "type", "for `from`, but February 2026 has no day 30"},
      {",\"purchase\":[{\"rule\":\"r\",\"until\":20260101,\"when\":" BUY "}]", "type", "for `until`, wanted a date"},
      {",\"purchase\":[{\"rule\":\"r\",\"from\":\"2026-02-02\",\"until\":\"2026-02-01\",\"when\":" BUY "}]",
       "range", "(`from`) or a later date"},
      {",\"purchase\":[{\"rule\":\"r\",\"when\":" BUY ",\"outcomes\":[{\"outcome\":\"points_fixd\"}]}]", "unknown_name",
       "did you mean `points_fixed`"},
      {",\"purchase\":[{\"rule\":\"r\",\"when\":" BUY ",\"outcomes\":[{\"outcome\":\"welcome\"}]}]", "outcome_not_allowed",
       "`purchase` rules"},
      {",\"purchase\":[{\"rule\":\"r\",\"when\":" BUY
       ",\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":\"1.5\",\"account\":\"points\","
       "\"source\":\"base\"}]}]",
       "decimals", "whole number"},
      {",\"purchase\":[{\"rule\":\"r\",\"when\":" BUY ",\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":1,\"account\":\"point\","
       "\"source\":\"base\"}]}]",
       "unknown_name", "did you mean `points`"},
      {",\"purchase\":[{\"rule\":\"r\",\"when\":" BUY ",\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":1,\"account\":\"status\","
       "\"source\":\"promo\"}]}]",
       "source_account", "may not deposit"},
      {",\"purchase\":[{\"rule\":\"r\",\"when\":" BUY ",\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":1,\"account\":\"points\","
       "\"source\":\"base\",\"on\":\"failed\"}]}]",
       "choice", "\"met\" or \"unmet\" for `on`"},
      {",\"purchase\":[{\"rule\":\"r\",\"when\":" BUY ",\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":1,\"account\":\"points\","
       "\"source\":\"base\",\"constraints\":{\"point_account\":\"points\"}}]}]",
       "constraint_not_allowed", "`purchase` rules"},
      {",\"event\":[" RULE(BUY) "]", "no_trigger", "wakes this event rule"},
      {",\"base_earn\":{\"points\":0,\"per\":1,\"account\":\"points\",\"source\":\"base\"}", "range", "more than 0"},
      {",\"base_earn\":{\"points\":1,\"per\":1,\"account\":\"status\",\"source\":\"promo\"}", "source_account", "may not deposit"},
      {",\"base_earn\":{\"points\":1,\"per\":1,\"source\":\"promo\"}", "missing", "`account`"},
  };
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
    one_fault(program_with(&world, samples[i].text), samples[i].code, samples[i].part);
  }
}

static void all_at_once_and_where(void **state) {
  (void)state;
  const char *text = "{\"program\":\"club\",\n"
                     " \"accounts\":{\"p\":{\"expiry\":1}},\n"
                     " \"purchase\":[{\"rule\":\"r\",\"when\":{\"all\":[\n"
                     "   {\"key_phrase\":\"total_spend\",\"amount\":\"x\"},\n"
                     "   {\"key_phrase\":\"nothing_like_it\"}]}}]}";
  assert_null(world_compile(&world, text));
  assert_int_equal(world.diag.faults, 3);
  const acr__diag_item *item = find(ACR_FAULT, "type", "found text \"x\"");
  assert_non_null(item);
  assert_string_equal(item->file, "DIR/programs/p.json");
  assert_int_equal(item->line, 4);
  assert_int_equal(item->column, 41);
  assert_string_equal(item->path, "$.purchase[0].when.all[0].amount");
  assert_int_equal(find(ACR_FAULT, "unknown_name", "nothing_like_it")->line, 5);
  assert_string_equal(find(ACR_FAULT, "type", "`expiry`")->path, "$.accounts.p.expiry");
}

// A rules file is named with its own place, and its faults are told once though two lists use it.
static void in_rules_files(void **state) {
  (void)state;
  const char *program = program_with(&world, ",\"purchase\":[\"m\"],\"levels\":[{\"level\":\"A\",\"entrance\":[],\"purchase\":[\"m\"]}]");
  world.rule_name = "m";
  world.rule_text = "{\"rule\":\"M\",\n\"when\":{\"key_phrase\":\"total_spend\",\"amount\":[]}}";
  one_fault(program, "type", "an empty list");
  assert_string_equal(world.diag.first->file, "DIR/rules/m.json");
  assert_int_equal(world.diag.first->line, 2);
  world.rule_text = "{\"rule\":\"M\",";
  one_fault(program, "json_syntax", "");
  assert_string_equal(world.diag.first->file, "DIR/rules/m.json");
}

static void nested_too_deep(void **state) {
  (void)state;
  acr__buf text = {0};
  for (int i = 0; i < 16; i++) acr__buf_text(&text, "{\"any\":[");
  acr__buf_text(&text, BUY);
  for (int i = 0; i < 16; i++) acr__buf_text(&text, "]}");
  acr__buf_u8(&text, 0);
  one_fault(program_when(&world, (char *)text.ptr), "depth", "more than 16 deep");
  char *inner = acr__arena_text(world.arena, (acr__span){(char *)text.ptr + 8, text.len - 1 - 8 - 2});
  world_plan(&world, program_when(&world, inner));
  acr__buf_free(&text);
}

static void warnings(void **state) {
  (void)state;
  one_warning(program_when(&world, "{\"any\":[{\"key_phrase\":\"total_spend\",\"amount\":5},{\"none\":[" BUY "]}]}"), "never",
              "this group never holds");
  one_warning(program_with(&world, ",\"levels\":[{\"level\":\"A\",\"entrance\":[{\"rule\":\"e\",\"when\":\"no rules\"}]},"
                                   "{\"level\":\"B\",\"maintenance\":[],\"entrance\":[{\"rule\":\"e\",\"when\":\"no rules\"}]}]"),
              "no_rules", "everyone rises to level `B`");
  one_warning(program_with(&world, ",\"levels\":[{\"level\":\"A\"}]"), "unreachable", "level `A`");
  one_warning(program_with(&world, ",\"purchase\":[{\"rule\":\"r\",\"when\":" BUY "}]"), "no_outcomes", "does nothing");
}

#define LEVEL_A "{\"level\":\"A\",\"entrance\":[{\"rule\":\"e\",\"when\":\"no rules\"}]}"
#define SPENT(frame) "{\"key_phrase\":\"spend_currency\",\"amount\":5" frame "}"
#define ENTERED(frame) ",\"levels\":[" LEVEL_A ",{\"level\":\"B\",\"entrance\":[{\"rule\":\"e\",\"when\":" SPENT(frame) "}]"
#define KEPT(frame, every)                                                         \
  ",\"maintenance\":[{\"rule\":\"k\",\"when\":" SPENT(frame) ",\"outcomes\":[]}]," \
                                                             "\"maintenance_schedule\":{\"every\":\"" every "\"}}]"
#define LAST(text) ",\"timeframe\":{\"last\":\"" text "\"}"

static void none(const char *text) {
  world_plan(&world, text);
  if (world.diag.warnings || world.diag.faults) {
    show_all();
    fail_msg("wanted neither fault nor warning of\n%s", text);
  }
}

static void levels_that_are_never_left(void **state) {
  (void)state;
  one_warning(program_with(&world, ENTERED("") "}]"), "no_maintenance", "nobody is ever demoted from `B`: give it");
  one_warning(program_with(&world, ENTERED("") "},{\"level\":\"C\",\"threshold\":{\"spend\":9}}]"), "no_maintenance",
              "from `B`, `C`: give them");
  none(program_with(&world, ENTERED("") ",\"maintenance\":[]}]"));
  none(program_with(&world, ENTERED("") ",\"expiry\":{\"mode\":\"until_anniversary\"}}]"));
}

static void windows_wider_than_the_schedule(void **state) {
  (void)state;
  none(program_with(&world, ENTERED(LAST("12 months")) KEPT(LAST("1 year"), "1 year")));
  none(program_with(&world, ENTERED(LAST("30 days")) KEPT(LAST("31 days"), "1 month")));
  none(program_with(&world, ENTERED(LAST("30 days")) KEPT("", "1 month"))); // since the last review
  one_warning(program_with(&world, ENTERED(LAST("1 year")) KEPT(LAST("13 months"), "1 year")), "wide_window", "what kept a member once");
  one_warning(program_with(&world, ENTERED(LAST("2 years")) KEPT("", "1 year")), "wide_window", "straight back");
  one_warning(program_with(&world, ENTERED("") KEPT("", "1 year")), "wide_window", "level `B`");
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(of_programs, setup, teardown),
    cmocka_unit_test_setup_teardown(of_offers, setup, teardown),
    cmocka_unit_test_setup_teardown(of_conditions, setup, teardown),
    cmocka_unit_test_setup_teardown(of_constraints_and_time, setup, teardown),
    cmocka_unit_test_setup_teardown(of_rules, setup, teardown),
    cmocka_unit_test_setup_teardown(all_at_once_and_where, setup, teardown),
    cmocka_unit_test_setup_teardown(in_rules_files, setup, teardown),
    cmocka_unit_test_setup_teardown(nested_too_deep, setup, teardown),
    cmocka_unit_test_setup_teardown(warnings, setup, teardown),
    cmocka_unit_test_setup_teardown(levels_that_are_never_left, setup, teardown),
    cmocka_unit_test_setup_teardown(windows_wider_than_the_schedule, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
