/** The product card. */

import type { Catalogue } from "../i18n";
import type { Product as ProductModel } from "./model";
import { Icon, named, Picture, sprites } from "./parts";

/** Picture, name, who made it, marks in force, lot and days. */
export function Product({ product, c }: { product: ProductModel; c: Catalogue }) {
  const words = named(c.lang);
  const pack = (
    <svg class="prod__img" viewBox="0 0 96 112" role="img" aria-label={product.pictureLabel}>
      <use href={`${sprites.art}#pack-${product.picture}`} />
    </svg>
  );
  const alt = c.t("picture.photo", { name: product.name });
  return (
    <article class="card" aria-labelledby="product-name">
      <div class="prod">
        {product.photo ? (
          <Picture file={product.photo} alt={alt} class="prod__img" size={336} instead={() => pack} />
        ) : (
          pack
        )}
        <div>
          <h2 id="product-name" {...words}>
            {product.name}
          </h2>
          <p class="s m2 tight0" {...words}>
            {product.producer}
            {product.address ? <br /> : null}
            {product.address}
          </p>
        </div>
      </div>
      {product.marks.length ? (
        <div class="pills">
          {product.marks.map((mark) =>
            mark.gold ? (
              <span key={mark.name} class="pill gold">
                {mark.name}
              </span>
            ) : (
              <span key={mark.name} class="pill" data-tone="good">
                <Icon name="check" />
                {mark.name}
              </span>
            ),
          )}
        </div>
      ) : null}
      <dl class="facts">
        {product.facts.map((fact) => (
          <div key={fact.label}>
            <dt>{fact.label}</dt>
            <dd>{fact.value}</dd>
          </div>
        ))}
      </dl>
    </article>
  );
}
