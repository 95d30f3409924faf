/** Who did what: the trail of every organisation, the newest first. */

import type { ScreenProps } from "../app/app.ts";
import { useLoad, Wait } from "../desk/parts.tsx";
import { readDeeds } from "./data.ts";
import { AlliancePage } from "./parts.tsx";

/** `#/alliance/audit`, `?org=` of one organisation */
export function AuditScreen({ app, query }: ScreenProps) {
  const { c } = app;
  const org = query.get("org");
  const path = `/api/v1/audit?limit=100${org ? `&org=${encodeURIComponent(org)}` : ""}`;
  const [loaded, again] = useLoad(app, path, readDeeds);
  return (
    <AlliancePage app={app} room="audit" title={c.t("alliance.room.audit")} back="/alliance">
      <p class="m2 lead2">{c.t("alliance.audit.body")}</p>
      <Wait app={app} loaded={loaded} again={again}>
        {(deeds) => (
          <section class="card">
            {deeds.length === 0 && <p class="m2">{c.t("alliance.audit.none")}</p>}
            <ul class="calls">
              {deeds.map((deed) => (
                <li key={deed.number} data-deed={deed.what}>
                  <div>
                    <b>{c.maybe(`alliance.deed.${deed.what.replaceAll(".", "_")}`) || deed.what}</b>
                    <small>
                      {[
                        deed.name ?? (c.maybe(`alliance.role.${deed.role}`) || deed.role),
                        c.moment(new Date(deed.time)),
                        deed.about,
                      ]
                        .filter(Boolean)
                        .join(" · ")}
                    </small>
                  </div>
                </li>
              ))}
            </ul>
          </section>
        )}
      </Wait>
    </AlliancePage>
  );
}
