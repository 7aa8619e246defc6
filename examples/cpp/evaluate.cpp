/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Judges the county in a table from C++17: objects of the library held by a pointer that lets go of them, errors as
 * exceptions.
 *
 *   c++ -std=c++17 evaluate.cpp -o evaluate $(pkg-config --cflags --libs balance-1.0)
 *   ./evaluate sample-county.csv
 */

#include <balance/balance.h>

#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

namespace
{

struct Unref
{
  void operator() (gpointer object) const { g_object_unref (object); }
};

template <typename T>
using Ref = std::unique_ptr<T, Unref>;

/* Calls a function whose last argument is a GError and throws what it says. */
template <typename Function, typename... Arguments>
auto
call (Function function, Arguments... arguments)
{
  GError *error = nullptr;
  auto result = function (arguments..., &error);

  if (error != nullptr)
    {
      const std::string message = error->message;

      g_error_free (error);
      throw std::runtime_error (message);
    }

  return result;
}

template <typename T, typename Visit>
void
for_each (GListModel *list, Visit visit)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    visit (Ref<T> (static_cast<T *> (g_list_model_get_item (list, i))).get ());
}

const char *
name_of (BalanceVerdict verdict)
{
  switch (verdict)
    {
    case BALANCE_VERDICT_MET:          return "met";
    case BALANCE_VERDICT_UNMET:        return "unmet";
    case BALANCE_VERDICT_UNDETERMINED: return "undetermined";
    default:                           return "not applicable";
    }
}

void
evaluate (const char *path)
{
  const char *paths[] = { path, nullptr };
  const Ref<BalanceStandard> standard (call (balance_standard_lookup, "cn-2017-quality"));
  const Ref<BalanceReader> reader (balance_reader_new (balance_standard_get_dictionary (standard.get ()), nullptr, FALSE));
  const Ref<BalanceImport> import (call (balance_reader_read, reader.get (), paths, nullptr, nullptr));

  for_each<BalanceProblem> (balance_import_get_problems (import.get ()), [] (BalanceProblem *problem)
    {
      const std::unique_ptr<char, decltype (&g_free)> text (balance_problem_to_text (problem, "en"), g_free);

      std::cerr << text.get () << '\n';
    });
  call (balance_import_check, import.get ());

  const Ref<BalanceEvaluator> evaluator (balance_evaluator_new (standard.get ()));
  const Ref<BalanceEvaluation> evaluation (
    call (balance_evaluator_evaluate, evaluator.get (), balance_import_get_census (import.get ()), nullptr, nullptr));

  const Ref<GListModel> groups (balance_evaluation_get_groups (evaluation.get ()));

  for_each<BalanceGroup> (groups.get (), [] (BalanceGroup *group)
    {
      std::cout << balance_group_get_district_code (group) << ' ' << balance_group_get_stage (group) << ": "
                << balance_group_get_n_sections (group) << " sections, " << name_of (balance_group_get_verdict (group))
                << '\n';
    });
}

}

int
main (int argc, char **argv)
{
  if (argc != 2)
    {
      std::cerr << "Usage: " << argv[0] << " FILE\n";
      return 2;
    }
  try
    {
      evaluate (argv[1]);
    }
  catch (const std::exception &problem)
    {
      std::cerr << problem.what () << '\n';
      return 2;
    }
  return 0;
}
