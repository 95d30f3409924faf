/** The journey from field to shelf: the places, the entries of each day and signer, what it travelled in. */

import { useState } from "preact/hooks";
import type { Catalogue } from "../i18n";
import { fetchNamed } from "./bytes";
import type { Document, Named, StoryGroup, StoryLine, StoryModel } from "./model";
import { Icon, Picture } from "./parts";

const EDGE = 40;

/** The section `#story`. */
export function Story({ model, c }: { model: StoryModel; c: Catalogue }) {
  const { story, prompt } = model;
  const long = story.length > 2 * EDGE;
  return (
    <section class="sec" id="story">
      <h2>{c.t("page.story_title")}</h2>
      <p class="s m2 sub">{[c.t("page.story_body"), prompt].filter(Boolean).join(" ")}</p>
      <Route model={model} c={c} />
      <Groups groups={long ? story.slice(0, EDGE) : story} c={c} />
      {long ? (
        <>
          <details class="ev">
            <summary>
              <span class="grow">{c.t("story.more", { n: story.length - 2 * EDGE })}</span>
              <Icon name="down" />
            </summary>
            <Groups groups={story.slice(EDGE, -EDGE)} c={c} />
          </details>
          <Groups groups={story.slice(-EDGE)} c={c} />
        </>
      ) : null}
      <Loads model={model} c={c} />
    </section>
  );
}

function Route({ model, c }: { model: StoryModel; c: Catalogue }) {
  if (model.route.length < 2) return null;
  return (
    <>
      <h3 class="vh">{c.t("route.title")}</h3>
      <ol class="route">
        {model.route.map((stop) => (
          <li key={stop.name}>
            <b>{stop.name}</b> {stop.address ? <span>{stop.address}</span> : null} <small>{stop.days}</small>
          </li>
        ))}
      </ol>
    </>
  );
}

function Loads({ model, c }: { model: StoryModel; c: Catalogue }) {
  if (model.containers.length === 0) return null;
  return (
    <div class="card loads">
      <h3>{c.t("container.title")}</h3>
      <ul>
        {model.containers.map((item) => (
          <li key={item.sscc}>
            <Icon name="box" />
            <span>
              <a href={`${item.href}?lang=${c.lang}`}>{item.label}</a>
              <small>{item.days}</small>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Groups({ groups, c }: { groups: readonly StoryGroup[]; c: Catalogue }) {
  return (
    <ol class="tl">
      {groups.map((group) => (
        <li key={group.lines[0]?.index}>
          <span class={group.lab ? "tl__n lab" : "tl__n"}>
            <Icon name={group.icon} />
          </span>
          <div>
            <time dateTime={group.iso}>{group.day}</time>
            {group.lines.map((line) => (
              <Line key={line.index} line={line} c={c} />
            ))}
            <p class="by">
              {group.signer ? <Icon name="pen" /> : null}
              <span>{[group.signer, group.custody, group.entered].filter(Boolean).join(" · ")}</span>
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}

function Line({ line, c }: { line: StoryLine; c: Catalogue }) {
  const said = [...line.details, line.lot].filter(Boolean).join(" · ");
  return (
    <div class="tl__line" id={`e${line.index}`}>
      <h3>
        {line.struck ? <s>{line.title}</s> : line.title}
        {line.pending ? <Chip tone="wait" icon="clock" word={c.t("story.pending")} /> : null}
        {line.alert ? <Chip tone="stop" icon="warn" word={c.t("story.alert")} /> : null}
        {line.struck ? <Chip tone="caution" icon="edit" word={c.t("story.struck")} /> : null}
      </h3>
      {said ? <p class={line.struck ? "s m2 struck" : "s m2"}>{said}</p> : null}
      {line.documents.map((item) => (
        <Attached key={item.file?.digest ?? item.title} item={item} c={c} />
      ))}
      {line.hands.map((hand) => (
        <p key={hand.text} class="s hand">
          <Chip tone={hand.tone} icon={hand.icon} word={hand.word} /> {hand.text}
          {hand.href ? " " : null}
          {hand.href ? <a href={hand.href}>{c.t("hands.proof")}</a> : null}
        </p>
      ))}
      {line.correction ? <p class="s fix">{line.correction}</p> : null}
    </div>
  );
}

function Chip({ tone, icon, word }: { tone: string; icon: string; word: string }) {
  return (
    <>
      {" "}
      <span class="pill" data-tone={tone}>
        <Icon name={icon} />
        {word}
      </span>
    </>
  );
}

function Attached({ item, c }: { item: Document; c: Catalogue }) {
  const { file, title } = item;
  if (file === null) return <Unseen text={c.t("story.document_gone", { title })} />;
  if (!item.image) return <Report file={file} title={title} c={c} />;
  return (
    <figure class="doc">
      <Picture
        file={file}
        alt={title}
        class="doc__img"
        size={1120}
        instead={(state) => <Unseen text={state === "wait" ? title : unseen(state, title, c)} />}
      />
      <figcaption class="xs m3">{title}</figcaption>
    </figure>
  );
}

function unseen(state: string, title: string, c: Catalogue): string {
  return state === "changed"
    ? c.t("story.document_changed", { title })
    : c.t("story.document_gone", { title });
}

function Unseen({ text }: { text: string }) {
  return (
    <p class="s">
      <Icon name="file" class="inline" /> {text}
    </p>
  );
}

/** A link to a report, followed only once the bytes behind it have the digest that they were named by. */
export function Report({ file, title, c }: { file: Named; title: string; c: Catalogue }) {
  const [state, setState] = useState("");
  if (state) return <Unseen text={unseen(state, title, c)} />;
  const open = async (event: Event) => {
    event.preventDefault();
    const fetched = await fetchNamed(file);
    if (fetched.state === "right") location.assign(file.href);
    else setState(fetched.state);
  };
  return (
    <p class="s">
      <Icon name="file" class="inline" />{" "}
      <a href={file.href} onClick={open}>
        {title}
      </a>
    </p>
  );
}
