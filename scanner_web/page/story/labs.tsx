/** Laboratory results against what the law allows, and certificates. */

import type { Catalogue } from "../i18n";
import type { Certificate, LabReport, LabValue } from "./model";
import { Icon, named } from "./parts";
import { LIMIT_AT } from "./quality";

/** The section `#lab`. */
export function Labs({ labs, c }: { labs: readonly LabReport[]; c: Catalogue }) {
  return (
    <section class="sec" id="lab">
      <h2>{c.t("page.lab")}</h2>
      <div class="stack">
        {labs.length ? null : <p class="m2">{c.t("page.no_lab")}</p>}
        {labs.map((report) => (
          <div class="card" key={report}>
            <h3>{report.title}</h3>
            <p class="xs m3">{report.day}</p>
            <ul class="lab">
              {report.values.map((value) => (
                <Value key={value} value={value} />
              ))}
            </ul>
            <p class="xs m2 by-lab">{report.by}</p>
          </div>
        ))}
      </div>
    </section>
  );
}

function Value({ value }: { value: LabValue }) {
  if (value.fill !== null) return <Bar value={value} fill={value.fill} />;
  if (value.good || value.over) {
    return (
      <li class="row sb">
        <b>{value.name}</b>
        <span class="pill" data-tone={value.over ? "stop" : "good"}>
          <Icon name={value.over ? "x" : "check"} />
          {value.value}
        </span>
      </li>
    );
  }
  return (
    <li class="lab__h wrap-row">
      <b>{value.name}</b>
      <span>
        {value.value} {value.unit}
      </span>
    </li>
  );
}

function Bar({ value, fill }: { value: LabValue; fill: number }) {
  const limit = `${LIMIT_AT}%`;
  return (
    <li>
      <div class="lab__h">
        <b>{value.name}</b>
        <span class="nb">
          <b>{value.value}</b> {value.unit}
        </span>
      </div>
      <svg class="bar2" height="22" role="img" aria-label={value.spoken}>
        <rect class="b0" y="4" width="100%" height="14" rx="7" />
        <rect class="b1" x={limit} y="4" width={`${100 - LIMIT_AT}%`} height="14" />
        <rect class={value.over ? "bx" : "bv"} y="4" width={`${fill}%`} height="14" rx="7" />
        <rect class="bl" x={limit} width="3" height="22" />
      </svg>
      <div class="lab__f">
        <span class={value.over ? "over" : undefined}>{value.note}</span>
        <span class="nb">{value.limit}</span>
      </div>
    </li>
  );
}

/** The section `#certificates`; nothing where there are none. */
export function Certificates({ certificates, c }: { certificates: readonly Certificate[]; c: Catalogue }) {
  if (certificates.length === 0) return null;
  return (
    <section class="sec" id="certificates">
      <h2>{c.t("page.certificates")}</h2>
      <div class="stack">
        {certificates.map((item) => (
          <div class={item.expired ? "card cert expired" : "card cert"} key={item}>
            <span class={item.gold ? "cert__seal" : "cert__seal green"} aria-hidden="true">
              {item.seal || <Icon name="check" />}
            </span>
            <div>
              <h3 {...named(c.lang)}>{item.name}</h3>
              {item.until ? <p class={item.expired ? "s gone" : "s m2"}>{item.until}</p> : null}
            </div>
          </div>
        ))}
      </div>
    </section>
  );
}
