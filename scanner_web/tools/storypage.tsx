// A page of one story model, for tests in a browser: `?model=NAME&lang=LANG`, both fetched from beside it.
import { render } from "preact";
import { Catalogue } from "../page/i18n";
import { Certificates, Evidence, Labs, Legal, Story, Upstream } from "../page/rest";
import { Product } from "../page/story/index";

const asked = new URLSearchParams(location.search);
const lang = asked.get("lang") === "en" ? "en" : "vi";
const [model, words] = await Promise.all(
  [`/models/${asked.get("model")}-${lang}.json`, `/words-${lang}.json`].map((path) =>
    fetch(path).then((answer) => answer.json()),
  ),
);
const c = new Catalogue(lang, words);

render(
  <>
    <section class="verdict" data-tone="good">
      <div class="verdict__in wide">
        <h1>{c.t("verdict.verified.title")}</h1>
      </div>
    </section>
    <div class="wrap two-col">
      <div class="pull stack side-col">
        {model.product ? <Product product={model.product} c={c} /> : null}
      </div>
      <div class="main-col">
        <Story model={model} c={c} />
        <Upstream upstream={model.upstream} c={c} />
        <Labs labs={model.labs} c={c} />
        <Certificates certificates={model.certificates} c={c} />
        <Legal legal={model.legal} passport={model.passport} c={c} />
        <Evidence
          evidence={model.evidence}
          checkpoint={"x\n1\ny\n"}
          proofUrl="/api/v1/proof"
          dossier={null}
          c={c}
        />
      </div>
    </div>
  </>,
  document.getElementById("main") ?? document.body,
);
document.documentElement.dataset.ready = "yes";
