/** The guides to print: one sheet a role, one's own first. The sheets themselves are pages of the server. */

import type { ScreenProps, Screens } from "../app/app.ts";
import { Page } from "../app/frame.tsx";
import { Icon } from "../app/parts.tsx";

const ROLES = ["member", "officer", "laboratory", "retailer", "alliance"] as const;

/** `#/guide` */
function GuideScreen({ app }: ScreenProps) {
  const { c, lang, session } = app;
  const own = ROLES.filter((role) => role === session.person.role);
  const others = ROLES.filter((role) => role !== session.person.role);
  return (
    <Page app={app} title={c.t("guide.list")} back="/help" nav="help">
      <p class="m2">{c.t("guide.list_body")}</p>
      <ul class="menu">
        {[...own, ...others].map((role) => (
          <li key={role}>
            <a class="pick thin" href={`/guide/${role}?lang=${lang}`} target="_blank" rel="noopener">
              <span class="tl__n">
                <Icon name="print" />
              </span>
              <b>{c.t(`guide.role.${role}`)}</b>
              <Icon name="chev" />
            </a>
          </li>
        ))}
      </ul>
    </Page>
  );
}

export const screens: Screens = { "/guide": GuideScreen };
