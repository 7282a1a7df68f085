/** Fields in which something stands that cannot be: nothing is sent until they are mended. */

/** Goes to the first wrong field within a part of the page, and says whether there is one. */
export function goToWrong(within: ParentNode | null | undefined): boolean {
  const field = within?.querySelector<HTMLElement>('[aria-invalid="true"]');
  if (!field) return false;
  const hidden = field.closest('details');
  if (hidden) hidden.open = true;
  field.focus();
  return true;
}
