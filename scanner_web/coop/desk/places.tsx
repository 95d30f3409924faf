/** Places: gardens, stores, dryers; each a description that the officer signs. */

import { useState } from "preact/hooks";
import type { JsonObject } from "../../verify/json.ts";
import type { App, ScreenProps } from "../app/app.ts";
import { Empty, Icon } from "../app/parts.tsx";
import type { Place, PlaceKind, Workbook } from "../workbook.ts";
import { description, placeAttributes, saidText } from "./describing.ts";
import { NeedsNetwork, Saved, useDescription, useSaving } from "./form.tsx";
import { codeOf, readNumber } from "./numbers.ts";
import { Choice, DeskPage, Photo, SignButton, Text } from "./parts.tsx";
import { Thumb, words } from "./products.tsx";
import { amountText, today } from "./views.ts";

const KINDS: readonly PlaceKind[] = [
  "field",
  "pond",
  "apiary",
  "store",
  "dryer",
  "mill",
  "packhouse",
  "scale",
  "gate",
  "other",
];

/** `#/desk/places` */
export function PlacesScreen({ app }: ScreenProps) {
  const { c, workbook } = app;
  const places = [...(workbook?.places ?? [])].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  return (
    <DeskPage
      app={app}
      room="places"
      title={c.t("desk.room.places")}
      end={
        <a class="btn big" href="#/desk/places/new">
          <Icon name="plus" />
          {c.t("desk.place.new")}
        </a>
      }
    >
      {places.length === 0 && <Empty picture="p-plot" sentence={c.t("desk.place.none")} />}
      <ul class="desklist">
        {places.map((place) => (
          <li key={place.uri}>
            <a class="pick thin" href={`#/desk/places/edit?uri=${encodeURIComponent(place.uri)}`}>
              <Thumb href={place.image} icon="pin" />
              <span>
                <b>{place.name}</b>
                <small>
                  {[
                    c.t(`desk.placekind.${place.kind}`),
                    place.area && amountText(place.area.value, place.area.uom, c),
                    place.aliases.join(", "),
                  ]
                    .filter(Boolean)
                    .join(" · ")}
                </small>
              </span>
              <Icon name="chev" />
            </a>
          </li>
        ))}
      </ul>
    </DeskPage>
  );
}

/** `#/desk/places/new`, `#/desk/places/edit?uri=…` */
export function PlaceScreen({ app, query }: ScreenProps) {
  const { workbook, c } = app;
  const uri = query.get("uri");
  const place = workbook?.places.find((each) => each.uri === uri) ?? null;
  const { attributes, missing } = useDescription(app, place?.uri ?? null);
  if (!workbook || missing || attributes === null)
    return (
      <DeskPage
        app={app}
        room="places"
        title={place?.name ?? c.t("desk.place.new")}
        back="/desk/places"
        narrow
      >
        {missing || !workbook ? <NeedsNetwork app={app} /> : <p role="status">{c.t("desk.loading")}</p>}
      </DeskPage>
    );
  return <Form key={uri} app={app} workbook={workbook} place={place} before={attributes} />;
}

function Form(props: {
  readonly app: App;
  readonly workbook: Workbook;
  readonly place: Place | null;
  readonly before: JsonObject;
}) {
  const { app, workbook, place, before } = props;
  const { c } = app;
  const [name, setName] = useState(place?.name ?? "");
  const [kind, setKind] = useState<PlaceKind | null>(place?.kind ?? null);
  const [area, setArea] = useState(place?.area ? String(place.area.value) : "");
  const [code, setCode] = useState(saidText(before, "plantingAreaCode"));
  const [image, setImage] = useState(place?.image ?? null);
  const [aliases, setAliases] = useState(place?.aliases.join(", ") ?? "");
  const [tried, setTried] = useState(false);
  const saving = useSaving(app);
  const isGrowing = kind === "field" || kind === "pond" || kind === "apiary";
  const sign = () => {
    setTried(true);
    if (!name.trim() || kind === null) return;
    const uri = place?.uri ?? newUri(workbook, name);
    const attributes = placeAttributes(
      {
        name,
        areaHa: isGrowing ? readNumber(area) : null,
        plantingAreaCode: isGrowing ? code : "",
        image,
      },
      before,
    );
    void saving.save(
      [description("place", uri, attributes, today(new Date()))],
      {
        sentence: c.t("desk.place.slip", { name: name.trim() }),
        photos: image && image !== place?.image ? [image] : [],
      },
      () => app.api.put("/api/v1/desk/places", { uri, kind, aliases: words(aliases) }),
    );
  };
  return (
    <DeskPage
      app={app}
      room="places"
      title={place ? place.name : c.t("desk.place.new")}
      back="/desk/places"
      narrow
      end={<SignButton app={app} busy={saving.busy} onSign={sign} />}
    >
      <Saved app={app} saving={saving} />
      <section class="card stack">
        <Text
          name="name"
          label={c.t("desk.place.name")}
          value={name}
          wrong={tried && !name.trim() ? c.t("desk.needed") : null}
          onInput={setName}
        />
        <Choice
          label={c.t("desk.place.kind")}
          name="kind"
          options={KINDS.map((each) => [each, c.t(`desk.placekind.${each}`)] as const)}
          value={kind}
          onChoose={setKind}
        />
        {tried && kind === null && (
          <p class="wrong" role="alert">
            {c.t("desk.needed")}
          </p>
        )}
        {isGrowing && (
          <>
            <Text
              name="area"
              mode="decimal"
              label={c.t("desk.place.area")}
              hint={c.t("desk.place.area_hint")}
              value={area}
              onInput={setArea}
            />
            <Text
              name="code"
              label={c.t("desk.place.code")}
              hint={c.t("desk.place.code_hint")}
              value={code}
              onInput={setCode}
            />
          </>
        )}
        <Photo app={app} label={c.t("desk.picture")} value={image} onTake={setImage} />
        <Text
          name="aliases"
          label={c.t("desk.aliases")}
          hint={c.t("desk.aliases_hint")}
          value={aliases}
          onInput={setAliases}
        />
      </section>
    </DeskPage>
  );
}

/** The organisation's own location number, and a short code of the place under it (GS1 AI 254). */
function newUri({ org, places }: Workbook, name: string): string {
  const base = `https://id.gs1.org/414/${org.gln}/254/`;
  const taken = places
    .filter(({ uri }) => uri.startsWith(base))
    .map(({ uri }) => decodeURIComponent(uri.slice(base.length)));
  return base + codeOf(name, taken, 20);
}
