/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Judges the county in a table from Vala.
 *
 *   valac --pkg balance-1.0 evaluate.vala
 *   ./evaluate sample-county.csv
 */

int main (string[] arguments)
{
    if (arguments.length != 2) {
        stderr.printf ("Usage: %s FILE\n", arguments[0]);
        return 2;
    }

    try {
        var standard = Balance.Standard.lookup ("cn-2017-quality");
        var reader = new Balance.Reader (standard.get_dictionary (), null, false);
        var import = reader.read ({ arguments[1] }, null);
        var problems = import.get_problems ();
        for (uint i = 0; i < problems.get_n_items (); i++) {
            var problem = (Balance.Problem) problems.get_item (i);
            stderr.printf ("%s\n", problem.to_text ("en"));
        }
        import.check ();

        var evaluator = new Balance.Evaluator (standard);
        var groups = evaluator.evaluate (import.get_census (), null).get_groups ();
        for (uint i = 0; i < groups.get_n_items (); i++) {
            var group = (Balance.Group) groups.get_item (i);
            var nick = ((EnumClass) typeof (Balance.Verdict).class_ref ()).get_value (group.get_verdict ()).value_nick;
            stdout.printf ("%s %s: %u sections, %s\n", group.get_district_code (), group.get_stage (),
                           group.get_n_sections (), nick);
        }
    } catch (Error error) {
        stderr.printf ("%s\n", error.message);
        return 2;
    }
    return 0;
}
