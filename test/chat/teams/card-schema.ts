import Ajv from 'ajv';

/**
 * The part of Adaptive Card 1.5 that is used here, narrower than Microsoft's schema: a property or value that is not
 * listed is a mistake, and so is text in a place where Teams reads Markdown (FactSet, Table cells, a TextBlock with
 * anything but mentions).
 */
const spacing = { enum: ['None', 'Small', 'Medium'] };
const element = { $ref: '#/definitions/element' };
const submit = object({
  type: { const: 'Action.Submit' },
  title: { $ref: '#/definitions/title' },
  data: { $ref: '#/definitions/data' },
});

const schema = {
  definitions: {
    title: { type: 'string', minLength: 1, maxLength: 60 },
    data: object({ text: { type: 'string', minLength: 1, maxLength: 4000 } }),
    action: object(
      {
        type: { const: 'Action.Execute' },
        title: { $ref: '#/definitions/title' },
        verb: { const: 'backchat' },
        data: { $ref: '#/definitions/data' },
        style: { enum: ['positive', 'destructive'] },
        fallback: submit,
      },
      ['style'],
    ),
    run: object(
      {
        type: { const: 'TextRun' },
        text: { type: 'string', minLength: 1 },
        fontType: { const: 'Monospace' },
        size: { const: 'Medium' },
        weight: { const: 'Bolder' },
        color: { enum: ['Good', 'Warning', 'Attention'] },
        isSubtle: { const: true },
        selectAction: object({ type: { const: 'Action.OpenUrl' }, url: { type: 'string', pattern: '^https?://' } }),
      },
      ['fontType', 'size', 'weight', 'color', 'isSubtle', 'selectAction'],
    ),
    element: {
      oneOf: [
        object(
          {
            type: { const: 'RichTextBlock' },
            spacing,
            inlines: { type: 'array', minItems: 1, items: { $ref: '#/definitions/run' } },
          },
          ['spacing'],
        ),
        object(
          {
            type: { const: 'TextBlock' },
            spacing,
            wrap: { const: true },
            text: { type: 'string', pattern: '^<at>[^<>]+</at>(, <at>[^<>]+</at>)*$' },
          },
          ['spacing'],
        ),
        object(
          {
            type: { const: 'ColumnSet' },
            spacing,
            columns: {
              type: 'array',
              minItems: 2,
              maxItems: 2,
              items: object({
                type: { const: 'Column' },
                width: { type: 'string', pattern: '^(\\d+px|stretch)$' },
                items: { type: 'array', items: element },
              }),
            },
          },
          ['spacing'],
        ),
        object(
          {
            type: { const: 'Container' },
            spacing,
            separator: { const: true },
            style: { enum: ['good', 'warning', 'attention', 'emphasis'] },
            items: { type: 'array', items: element },
          },
          ['spacing', 'separator', 'style'],
        ),
        object(
          {
            type: { const: 'ActionSet' },
            spacing,
            actions: { type: 'array', minItems: 1, items: { $ref: '#/definitions/action' } },
          },
          ['spacing'],
        ),
      ],
    },
  },
  ...object(
    {
      type: { const: 'AdaptiveCard' },
      $schema: { const: 'http://adaptivecards.io/schemas/adaptive-card.json' },
      version: { const: '1.5' },
      fallbackText: { type: 'string', minLength: 1 },
      speak: { type: 'string', minLength: 1 },
      body: { type: 'array', items: element },
      actions: { type: 'array', maxItems: 6, items: { $ref: '#/definitions/action' } },
      msteams: object({
        entities: {
          type: 'array',
          minItems: 1,
          items: object({
            type: { const: 'mention' },
            text: { type: 'string', pattern: '^<at>[^<>]+</at>$' },
            mentioned: object({ id: { type: 'string' }, name: { type: 'string' } }),
          }),
        },
      }),
    },
    ['msteams'],
  ),
};

function object(properties: Record<string, unknown>, optional: string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);

/** What is wrong with a card; empty when nothing is. */
export function cardMistakes(card: unknown): string[] {
  validate(card);
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}
